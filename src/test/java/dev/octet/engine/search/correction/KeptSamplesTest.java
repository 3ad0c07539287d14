package dev.octet.engine.search.correction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.search.SampleSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptSamplesTest {

    @TempDir
    Path folder;

    /** Samples of two numbers, 2i and 2i + 1, read in batches of {@code most}: first sample and numbers of each batch. */
    private List<String> read(int samples, int asked, int most) throws IOException {
        float[] values = new float[2 * samples];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        Path file = NpzFiles.npz().floats("x", values, samples, 2).write(folder.resolve("data.npz"));
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        List<InputSpec> inputs = List.of(new InputSpec("x", ElementType.FLOAT, List.of(-1L, 2L)));
        List<String> seen = new ArrayList<>();
        try (Dataset dataset = Dataset.open(file);
                KeptSamples kept = new KeptSamples(
                        new SampleSet(dataset, inputs, Preprocessing.NONE, 0, samples), asked, scratch)) {
            for (int run = 0; run < 2; run++) {
                seen.clear();
                try (BatchReader reader = kept.read(most)) {
                    for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                        float[] numbers = new float[2 * batch.size()];
                        batch.columns().getFirst().data().asFloatBuffer().get(numbers);
                        assertThat(batch.columns().getFirst().shape()).containsExactly((long) batch.size(), 2L);
                        seen.add(batch.first() + ": " + numbers[0] + " to " + numbers[numbers.length - 1]);
                    }
                }
            }
            assertThat(kept.samples()).isEqualTo(Math.min(samples, asked));
            assertThat(scratch).isNotEmptyDirectory();
        }
        try (Stream<Path> left = Files.list(scratch)) {
            assertThat(left).isEmpty();
        }
        return seen;
    }

    @Test
    void everyRunSeesTheFirstSamplesAgainInBatchesOfTheSizeAskedFor() throws IOException {
        assertThat(read(12, 10, 4)).containsExactly("0: 0.0 to 7.0", "4: 8.0 to 15.0", "8: 16.0 to 19.0");
    }

    @Test
    void batchesAreNoLargerThanTheyWereRead() throws IOException {
        assertThat(read(9, 20, 64)).containsExactly("0: 0.0 to 15.0", "8: 16.0 to 17.0");
    }

    @Test
    void theyCanBeHandedOutOneByOne() throws IOException {
        assertThat(read(2, 2, 1)).containsExactly("0: 0.0 to 1.0", "1: 2.0 to 3.0");
    }

    @Test
    void aBatchThatTheModelInsistsOnStaysWhole() throws IOException {
        Path file = NpzFiles.npz().floats("x", new float[16], 8, 2).write(folder.resolve("data.npz"));
        List<InputSpec> inputs = List.of(new InputSpec("x", ElementType.FLOAT, List.of(4L, 2L)));
        assertThat(sizes(file, inputs, 8)).containsExactly(4, 4);
    }

    @Test
    void oneNumberForAllSamplesIsKeptAsOne() throws IOException {
        Path file = NpzFiles.npz()
                .floats("rate", new float[] {8, 8, 8, 16}, 4)
                .floats("x", new float[8], 4, 2)
                .write(folder.resolve("data.npz"));
        List<InputSpec> inputs = List.of(
                new InputSpec("rate", ElementType.FLOAT, List.of()),
                new InputSpec("x", ElementType.FLOAT, List.of(-1L, 2L)));
        assertThat(sizes(file, inputs, 4)).containsExactly(1, 1, 1, 1);
    }

    @Test
    void whatIsEmptyIsHandedOutEmptyInNativeMemory() throws IOException {
        Path file = NpzFiles.npz()
                .floats("past", new float[0], 2, 0)
                .floats("x", new float[4], 2, 2)
                .write(folder.resolve("data.npz"));
        List<InputSpec> inputs = List.of(
                new InputSpec("past", ElementType.FLOAT, List.of(-1L, -1L)),
                new InputSpec("x", ElementType.FLOAT, List.of(-1L, 2L)));
        assertThat(sizes(file, inputs, 2)).containsExactly(1, 1);
    }

    /** Sizes of batches read one by one, all columns checked for their place. */
    private List<Integer> sizes(Path file, List<InputSpec> inputs, int samples) throws IOException {
        List<Integer> sizes = new ArrayList<>();
        try (Dataset dataset = Dataset.open(file);
                KeptSamples kept = new KeptSamples(
                        new SampleSet(dataset, inputs, Preprocessing.NONE, 0, samples), samples, folder);
                BatchReader reader = kept.read(1)) {
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                sizes.add(batch.size());
                for (int i = 0; i < inputs.size(); i++) {
                    assertThat(batch.columns().get(i).data().isDirect()).isTrue();
                    assertThat(batch.columns().get(i).shape())
                            .hasSameSizeAs(inputs.get(i).shape());
                }
            }
        }
        return sizes;
    }
}
