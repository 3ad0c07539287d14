package dev.octet.engine.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceReaderTest {

    @TempDir
    Path folder;

    private List<Map<String, String>> read(String json) throws IOException {
        List<Map<String, String>> events = new ArrayList<>();
        TraceReader.read(Files.writeString(folder.resolve("trace.json"), json), events::add);
        return events;
    }

    @Test
    void keepsTextsAndNumbersAndSkipsWhatIsNested() throws Exception {
        assertThat(read("""
                [
                {"cat" : "Node","dur" :29, "args" : {"a" : [{"float":[1,-2.5e3]}, {}, []], "b" : {"c" : null}},"ok":true},
                {}
                ]
                """)).containsExactly(Map.of("cat", "Node", "dur", "29", "ok", "true"), Map.of());
    }

    @Test
    void readsEscapes() throws Exception {
        assertThat(read("[{\"name\":\"a\\\"b\\\\c\\u00e4\\n\"}]")).containsExactly(Map.of("name", "a\"b\\cä\n"));
    }

    @Test
    void anEmptyTraceHasNoEvents() throws Exception {
        assertThat(read("[]")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[", "[{", "[{\"a\":1", "[{\"a\"}]", "[{\"a\":}]", "[{\"a\":\"\\u12\"}]", "[{\"a\":1}"})
    void brokenTracesAreRefused(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(IOException.class);
    }

    @Test
    void endlessNestingIsRefused() {
        assertThatThrownBy(() -> read("[{\"a\":" + "[".repeat(100_000)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("deeper");
    }
}
