package dev.octet.engine.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomeFilesTest {

    @TempDir
    Path folder;

    private Path scratch;
    private Path out;

    @BeforeEach
    void makeFolders() throws IOException {
        scratch = Files.createDirectory(folder.resolve("scratch"));
        out = Files.createDirectory(folder.resolve("out"));
    }

    @Test
    void resultsAreHandedOverAndNothingElseIs() throws IOException {
        Files.writeString(scratch.resolve("model.onnx"), "new");
        Files.writeString(scratch.resolve("result.json"), "{}");
        Files.writeString(scratch.resolve("prepared.onnx"), "of no interest");
        OutcomeFiles.handOver(scratch, out);
        assertThat(out).isDirectoryNotContaining(file -> file.endsWith("prepared.onnx"));
        assertThat(out.resolve("model.onnx")).hasContent("new");
        assertThat(out.resolve("result.json")).hasContent("{}");
    }

    @Test
    void whatAnEarlierRunLeftIsGone() throws IOException {
        for (String name : new String[] {"model.onnx", "model.onnx.data", "statistics.bin", "trials.json"}) {
            Files.writeString(out.resolve(name), "old");
        }
        Files.writeString(out.resolve("notes-of-the-user.txt"), "kept");
        Files.writeString(scratch.resolve("model.onnx"), "new");
        OutcomeFiles.handOver(scratch, out);
        assertThat(out.resolve("model.onnx")).hasContent("new");
        assertThat(out.resolve("model.onnx.data")).doesNotExist();
        assertThat(out.resolve("statistics.bin")).doesNotExist();
        assertThat(out.resolve("trials.json")).doesNotExist();
        assertThat(out.resolve("notes-of-the-user.txt")).hasContent("kept");
    }

    @Test
    void aFolderThatIsGoneIsAFailureToWrite() throws IOException {
        Files.writeString(scratch.resolve("model.onnx"), "new");
        Files.delete(out);
        assertThatThrownBy(() -> OutcomeFiles.handOver(scratch, out))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.IO))
                .hasMessageContaining("out");
    }
}
