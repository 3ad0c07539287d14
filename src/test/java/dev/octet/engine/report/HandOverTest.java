package dev.octet.engine.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandOverTest {

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
        HandOver.perform(scratch, out);
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
        HandOver.perform(scratch, out);
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
        assertThatThrownBy(() -> HandOver.perform(scratch, out))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.IO))
                .hasMessageContaining("out");
    }

    @Test
    void whereverItIsKilledTheResultsOfOneRunAreWhole() throws IOException {
        int renames = 0;
        for (boolean killed = true; killed; renames++) {
            fill(scratch, "old", "model.onnx.data", "report.json", "model.onnx");
            HandOver.perform(scratch, out);
            fill(scratch, "new", "report.json", "trials.json", "model.onnx");
            killed = killedAfter(renames);
            assertThat(out.resolve("model.onnx"))
                    .as("after %d renames", renames)
                    .exists();
            HandOver.finish(out);
            if (out.resolve("trials.json").toFile().exists()) {
                assertThat(contents()).containsOnly("new").hasSize(3);
            } else {
                assertThat(contents()).containsOnly("old").hasSize(3);
                assertThat(killed).isTrue();
            }
        }
        assertThat(renames).as("instants at which it was killed").isGreaterThan(7);
    }

    @Test
    void theNextHandOverForgetsWhatWasOnItsWay() throws IOException {
        fill(scratch, "lost", "layers.json", "model.onnx");
        assertThat(killedAfter(2)).isTrue();
        fill(scratch, "new", "model.onnx");
        HandOver.perform(scratch, out);
        assertThat(contents()).containsExactly("new");
    }

    @Test
    void whereNothingIsLeftToDoNothingIsDone() throws IOException {
        Files.writeString(out.resolve("notes-of-the-user.txt"), "kept");
        HandOver.finish(out);
        HandOver.finish(folder.resolve("nowhere"));
        assertThat(contents()).containsExactly("kept");
    }

    /** What ends the process of a hand-over that is under way. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private boolean killedAfter(int renames) throws IOException {
        AtomicInteger left = new AtomicInteger(renames);
        try {
            new HandOver(out, (from, to) -> {
                        if (left.getAndDecrement() == 0) {
                            throw new Killed();
                        }
                        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
                    })
                    .take(scratch);
            return false;
        } catch (Killed e) {
            return true;
        }
    }

    /** Leaves these files in {@code folder} and no others. */
    private static void fill(Path folder, String text, String... names) throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            for (Path file : left.toList()) {
                Files.delete(file);
            }
        }
        for (String name : names) {
            Files.writeString(folder.resolve(name), text);
        }
    }

    private List<String> contents() throws IOException {
        try (Stream<Path> files = Files.walk(out)) {
            return files.filter(Files::isRegularFile).map(HandOverTest::content).toList();
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
