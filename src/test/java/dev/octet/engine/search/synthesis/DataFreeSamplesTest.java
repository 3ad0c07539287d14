package dev.octet.engine.search.synthesis;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.onnx.OnnxReader;
import dev.octet.engine.plan.Network;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFreeSamplesTest {

    private static final Path RESNET =
            Path.of("src/test/resources/fixtures/resnet20.onnx").toAbsolutePath();
    private static final List<InputSpec> INPUT =
            List.of(new InputSpec("input", ElementType.FLOAT, List.of(-1L, 3L, 32L, 32L)));

    @TempDir
    Path folder;

    private DataFree write(Model model, List<InputSpec> inputs, long seed, String file) {
        return DataFreeSamples.write(model, inputs, seed, folder.resolve(file), folder, _ -> {});
    }

    private EngineException refusal(Network network, InputSpec input) {
        return catchThrowableOfType(
                EngineException.class, () -> write(network.model(), List.of(input), 0, "refused.npz"));
    }

    private byte[] content(String file) throws IOException {
        try (ZipFile zip = new ZipFile(folder.resolve(file).toFile())) {
            return zip.getInputStream(zip.getEntry("input.npy")).readAllBytes();
        }
    }

    /** Real images are at 0.015, standard normal noise at 0.62 (measured apart, in Python). */
    @Test
    void aTrainedNetworkTakesTheSamplesForItsOwn() throws IOException {
        try (Arena arena = Arena.ofShared()) {
            Model model = OnnxReader.read(RESNET, folder, arena);
            DataFree found = write(model, INPUT, 5, "a.npz");
            assertThat(found.distance()).isLessThan(0.06);
            assertThat(found.worst()).isBetween(found.distance(), 0.25);
            assertThat(found.norms()).isEqualTo(21);
            try (Dataset dataset = Dataset.open(folder.resolve("a.npz"))) {
                assertThat(dataset.samples()).isEqualTo(DataFreeSamples.SAMPLES);
                assertThat(dataset.mismatches(INPUT, Preprocessing.NONE)).isEmpty();
            }
            write(model, INPUT, 5, "b.npz");
            write(model, INPUT, 6, "c.npz");
            assertThat(content("a.npz")).isEqualTo(content("b.npz")).isNotEqualTo(content("c.npz"));
        }
    }

    @Test
    void aModelThatRemembersNothingIsRefusedNamingWhatDoesWithout() {
        EngineException e = refusal(
                network().input("x", -1, 3, 8, 8).conv("y", "x", 4, 3, 3, 1).output("y"),
                new InputSpec("x", ElementType.FLOAT, List.of(-1L, 3L, 8L, 8L)));
        assertThat(e.fault()).isEqualTo(Fault.RECIPE_INVALID);
        assertThat(e).hasMessageContaining("no BatchNormalization").hasMessageContaining("DYNAMIC");
    }

    private static Network normalized(float mean, float variance) {
        return network()
                .input("x", -1, 2, 16, 16)
                .constant("scale", Tensor.ofFloats(new float[] {1, 1}, 2))
                .constant("shift", Tensor.ofFloats(new float[] {0, 0}, 2))
                .constant("mean", Tensor.ofFloats(new float[] {mean, -mean}, 2))
                .constant("var", Tensor.ofFloats(new float[] {variance, variance}, 2))
                .node("y = BatchNormalization(x, scale, shift, mean, var)")
                .output("y");
    }

    @Test
    void whatDoesNotLookLikeImagesIsRefused() {
        EngineException e =
                refusal(normalized(0, 1), new InputSpec("x", ElementType.INT64, List.of(-1L, 2L, 16L, 16L)));
        assertThat(e).hasMessageContaining("rank 4");
    }

    /** No picture is a thousand deviations away from what any camera gives. */
    @Test
    void whatNoPictureComesNearToIsRefusedWithTheDistance() {
        EngineException e =
                refusal(normalized(1e6f, 1e-6f), new InputSpec("x", ElementType.FLOAT, List.of(-1L, 2L, 16L, 16L)));
        assertThat(e.fault()).isEqualTo(Fault.RECIPE_INVALID);
        assertThat(e).hasMessageContaining("at a distance of 25.00");
    }

    @Test
    void meanAndDeviationOfTheTrainingImagesAreFound() {
        DataFree found = write(
                normalized(0.3f, 0.25f).model(),
                List.of(new InputSpec("x", ElementType.FLOAT, List.of(-1L, 2L, 16L, 16L))),
                1,
                "n.npz");
        assertThat(found.distance()).isLessThan(0.02);
    }

    @Test
    void aVariedPictureDiffersAndNoValueIsBeyondWhatIsSaid() {
        ImageInput input = ImageInput.of(INPUT).orElseThrow();
        SplittableRandom random = new SplittableRandom(2);
        Light light = Light.of(3, 0, 1);
        double[] before = {};
        Picture picture = Picture.random(random);
        for (int i = 0; i < 30; i++) {
            double[] values = picture.draw(input, light);
            assertThat(values).hasSize(3 * 32 * 32).doesNotContain(Double.NaN);
            assertThat(Arrays.stream(values)).allMatch(value -> Math.abs(value) <= 4);
            assertThat(Arrays.equals(values, before)).isFalse();
            before = values;
            picture = picture.varied(random);
        }
    }
}
