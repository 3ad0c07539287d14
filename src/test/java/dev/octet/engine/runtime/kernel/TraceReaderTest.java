package dev.octet.engine.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.runtime.kernel.TraceReader.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceReaderTest {

    @TempDir
    Path folder;

    private List<Event> read(String trace) throws IOException {
        List<Event> events = new ArrayList<>();
        TraceReader.read(
                Files.write(folder.resolve("trace.json"), trace.getBytes(StandardCharsets.ISO_8859_1)), events::add);
        return events;
    }

    private static String event(String category, String name, String micros) {
        return "{\"cat\" : \"" + category + "\",\"pid\" :1,\"tid\" :2,\"dur\" :" + micros
                + ",\"ts\" :10,\"ph\" : \"X\",\"name\" :\"" + name
                + "\",\"args\" : {\"op_name\" : \"Conv\",\"output_type_shape\" : [{\"float\":[64]}]}},\n";
    }

    @Test
    void readsEventsInOrder() throws Exception {
        assertThat(read("[\n" + event("Node", "conv_kernel_time", "29") + event("Session", "model_run", "40") + "]\n"))
                .containsExactly(new Event("Node", "conv_kernel_time", 29), new Event("Session", "model_run", 40));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\\", "two\nlines", "{[,:", "", "\",\"args\" : {", "\u00e4\u00ff"})
    void namesAreTakenAsTheyAre(String name) throws Exception {
        List<Event> events = read(event("Node", name, "1") + event("Node", "next", "2"));

        assertThat(events).hasSize(2);
        assertThat(events.getFirst().name()).hasSameSizeAs(name);
        assertThat(events.getLast()).isEqualTo(new Event("Node", "next", 2));
    }

    @Test
    void aNameThatForgesAnEventDoesNotHarmTheOthers() throws Exception {
        List<Event> events = read(event("Node", "x\n{\"cat\" : \"Node\"", "1") + event("Node", "next", "2"));

        assertThat(events).contains(new Event("Node", "next", 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[",
                "[\n]\n",
                "{\"cat\" : \"",
                "{\"cat\" : \"Node\",\"dur\" :1,\"name\" :\"a",
                "\u0000\u0001"
            })
    void whatIsNoEventIsLeftOut(String trace) throws Exception {
        assertThat(read(trace)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "x", "99999999999999999999"})
    void aDurationThatIsNoneIsLeftOut(String micros) throws Exception {
        assertThat(read(event("Node", "a", micros))).isEmpty();
    }
}
