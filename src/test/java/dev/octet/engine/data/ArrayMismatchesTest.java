package dev.octet.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrayMismatchesTest {

    @TempDir
    Path folder;

    private List<String> mismatches(NpzFiles npz, Preprocessing p, InputSpec... inputs) {
        try (Dataset dataset = Dataset.open(npz.write(folder.resolve("a.npz")))) {
            return dataset.mismatches(List.of(inputs), p).stream()
                    .map(d -> d.path() + ": " + d.message())
                    .toList();
        }
    }

    private static InputSpec input(String name, ElementType type, Long... shape) {
        return new InputSpec(name, type, List.of(shape));
    }

    private static Preprocessing values(List<Double> mean, List<Double> std) {
        return new Preprocessing(null, null, Preprocessing.Channels.RGB, Preprocessing.Layout.NCHW, 0.5, mean, std);
    }

    @Test
    void whatFitsHasNone() {
        NpzFiles npz = NpzFiles.npz()
                .bytes("x", new byte[24], 2, 3, 2, 2)
                .longs("ids", new long[4], 2, 2)
                .longs("labels", new long[2], 2);
        assertThat(mismatches(
                        npz,
                        values(List.of(1.0, 2.0, 3.0), List.of(1.0)),
                        input("x", ElementType.FLOAT, -1L, 3L, -1L, 2L),
                        input("ids", ElementType.INT64, -1L, -1L)))
                .isEmpty();
    }

    @Test
    void everythingWrongIsFoundAtOnceNamingBothSides() {
        NpzFiles npz = NpzFiles.npz()
                .bytes("image", new byte[24], 2, 3, 2, 2)
                .floats("mask", new float[4], 2, 2)
                .bytes("size", new byte[2], 2, 1, 1);
        assertThat(mismatches(
                        npz,
                        Preprocessing.NONE,
                        input("input:0", ElementType.FLOAT, -1L, 3L, 2L, 2L),
                        input("mask", ElementType.FLOAT, -1L, 5L),
                        input("size", ElementType.INT64, -1L)))
                .containsExactly(
                        "inputs.input:0: Input 'input:0' FLOAT[?,3,2,2] has no array of that name; the dataset has"
                                + " 'image' UINT8[2,3,2,2], 'mask' FLOAT[2,2], 'size' UINT8[2,1,1]",
                        "inputs.mask: Input 'mask' is FLOAT[?,5], array 'mask' is FLOAT[2,2]: dimension 1 is 5 in the"
                                + " model and 2 in the dataset",
                        "inputs.size: Input 'size' is INT64[?], array 'size' is UINT8[2,1,1]: the model wants 1"
                                + " dimensions, the dataset has 3, the first of which counts the samples",
                        "arrays.image: Array 'image' UINT8[2,3,2,2] is no input of the model, which has 'input:0'"
                                + " FLOAT[?,3,2,2], 'mask' FLOAT[?,5], 'size' INT64[?]");
    }

    @Test
    void noSamplesAndEmptySamplesAreFound() {
        assertThat(mismatches(
                        NpzFiles.npz().bytes("x", new byte[0], 0, 3),
                        Preprocessing.NONE,
                        input("x", ElementType.FLOAT, -1L, 3L)))
                .containsExactly("samples: The dataset has no samples");
        assertThat(mismatches(
                        NpzFiles.npz().bytes("x", new byte[0], 4, 0),
                        Preprocessing.NONE,
                        input("x", ElementType.FLOAT, -1L, -1L)))
                .singleElement()
                .asString()
                .contains("dimension 1 is 0");
    }

    @Test
    void typesThatCannotBeFedAreFound() {
        NpzFiles npz = NpzFiles.npz().bytes("x", new byte[2], 2);
        for (ElementType type : List.of(ElementType.STRING, ElementType.COMPLEX64, ElementType.BFLOAT16)) {
            assertThat(mismatches(npz, Preprocessing.NONE, input("x", type, -1L)))
                    .singleElement()
                    .asString()
                    .contains("'x' is " + type + "[?]")
                    .contains("can't be fed");
        }
    }

    @Test
    void fractionsForAWholeNumberInputAreFoundInTheFirstSample() {
        assertThat(mismatches(
                        NpzFiles.npz().floats("ids", new float[] {1, 0.25f}, 1, 2),
                        Preprocessing.NONE,
                        input("ids", ElementType.INT64, -1L, -1L)))
                .singleElement()
                .asString()
                .contains("Input 'ids' is INT64[?,?]")
                .contains("(FLOAT) holds 0.25 at sample 0, index [1]");
        assertThat(mismatches(
                        NpzFiles.npz().floats("ids", new float[] {1, 2}, 1, 2),
                        Preprocessing.NONE,
                        input("ids", ElementType.INT64, -1L, -1L)))
                .isEmpty();
    }

    @Test
    void whatIsForImagesIsFoundOneByOne() {
        Preprocessing all = new Preprocessing(
                256, 224, Preprocessing.Channels.BGR, Preprocessing.Layout.NHWC, 1, List.of(), List.of());
        assertThat(mismatches(NpzFiles.npz().bytes("x", new byte[2], 2), all, input("x", ElementType.FLOAT, -1L)))
                .hasSize(4)
                .allMatch(m -> m.contains("is for images"))
                .extracting(m -> m.substring(0, m.indexOf(':')))
                .containsExactly(
                        "preprocessing.resize", "preprocessing.crop", "preprocessing.channels", "preprocessing.layout");
    }

    @Test
    void meansAndDeviationsMustMatchTheChannels() {
        NpzFiles npz = NpzFiles.npz().bytes("x", new byte[24], 2, 3, 2, 2);
        assertThat(mismatches(
                        npz,
                        values(List.of(1.0, 2.0), List.of(1.0, 2.0, 3.0, 4.0)),
                        input("x", ElementType.FLOAT, -1L, 3L, 2L, 2L)))
                .containsExactly(
                        "preprocessing.mean: has 2 values, but array 'x' UINT8[2,3,2,2] has 3 channels along axis 1",
                        "preprocessing.std: has 4 values, but array 'x' UINT8[2,3,2,2] has 3 channels along axis 1");
        assertThat(mismatches(
                        NpzFiles.npz().bytes("x", new byte[2], 2),
                        values(List.of(1.0, 2.0), List.of()),
                        input("x", ElementType.FLOAT, -1L)))
                .containsExactly("preprocessing.mean: has 2 values, but array 'x' UINT8[2] has 1 channel");
    }

    @Test
    void valuesCannotBeChangedForWholeNumberInputs() {
        assertThat(mismatches(
                        NpzFiles.npz().bytes("x", new byte[2], 2),
                        values(List.of(), List.of()),
                        input("x", ElementType.INT64, -1L)))
                .containsExactly(
                        "preprocessing: changes values, but the model has no floating-point input: 'x' INT64[?]");
    }

    @Test
    void aFixedBatchLargerThanTheDatasetIsFound() {
        assertThat(mismatches(
                        NpzFiles.npz().bytes("x", new byte[2], 2),
                        Preprocessing.NONE,
                        input("x", ElementType.UINT8, 8L)))
                .singleElement()
                .asString()
                .contains("exactly 8 samples at a time, the dataset has 2");
    }

    @Test
    void aSampleTooLargeToHoldIsFound() {
        NpzFiles npz = NpzFiles.npz().bytes("x", new byte[0], 0, 1L << 27);
        assertThat(mismatches(npz, Preprocessing.NONE, input("x", ElementType.UINT8, -1L, -1L)))
                .anyMatch(m -> m.contains("a sample has 134217728 values; at most 67108864"));
    }

    @Test
    void readingWhatDoesNotFitIsRefusedWithAllOfIt() {
        Path file = NpzFiles.npz().bytes("y", new byte[2], 2).write(folder.resolve("a.npz"));
        try (Dataset dataset = Dataset.open(file)) {
            EngineException e = catchThrowableOfType(
                    EngineException.class,
                    () -> dataset.read(List.of(input("x", ElementType.FLOAT, -1L)), Preprocessing.NONE, 0, 2, 1));
            assertThat(e.fault()).isEqualTo(Fault.DATASET_MISMATCH);
            assertThat(e.details()).hasSize(2);
            assertThat(e.getMessage()).contains("Input 'x' FLOAT[?]").contains("and 1 more");
        }
    }
}
