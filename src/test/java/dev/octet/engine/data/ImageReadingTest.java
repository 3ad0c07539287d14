package dev.octet.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octet.engine.data.Preprocessing.Channels;
import dev.octet.engine.data.Preprocessing.Layout;
import dev.octet.engine.data.image.ImageFiles;
import dev.octet.engine.data.zip.ZipFiles;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageReadingTest {

    private static final InputSpec NCHW = new InputSpec("input", ElementType.FLOAT, List.of(-1L, 3L, -1L, -1L));

    @TempDir
    Path folder;

    private static byte[] pixel(int r, int g, int b) {
        return ImageFiles.png(1, 1, 3, r, g, b);
    }

    private static byte[] text(String lines) {
        return lines.getBytes(StandardCharsets.UTF_8);
    }

    private Dataset open(ZipFiles zip) {
        return Dataset.open(zip.write(folder.resolve("images.zip")));
    }

    private static Preprocessing only(
            @Nullable Integer resize, @Nullable Integer crop, Channels channels, Layout layout) {
        return new Preprocessing(resize, crop, channels, layout, 1, List.of(), List.of());
    }

    /** Each batch as {@code first shape [values]}. */
    private static List<String> read(Dataset dataset, InputSpec input, Preprocessing p, int batchSize) {
        List<String> batches = new ArrayList<>();
        try (BatchReader reader = dataset.read(List.of(input), p, 0, dataset.samples(), batchSize)) {
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                Column column = batch.columns().getFirst();
                List<Integer> values = new ArrayList<>();
                while (column.data().hasRemaining()) {
                    values.add(
                            input.type() == ElementType.UINT8
                                    ? Byte.toUnsignedInt(column.data().get())
                                    : (int) column.data().getFloat());
                }
                batches.add(batch.first() + " " + column.shape() + " " + values);
            }
        }
        return batches;
    }

    private static List<Double> labels(Dataset dataset) {
        Labels labels = dataset.labels().orElseThrow();
        List<Double> values = new ArrayList<>();
        for (long i = 0; i < labels.count(); i++) {
            values.add(labels.get(i, 0));
        }
        return values;
    }

    @Test
    void foldersAreClassesInSortedOrder() {
        ZipFiles zip = ZipFiles.zip()
                .add(ZipFiles.stored("dog/", new byte[0]))
                .add(ZipFiles.deflated("dog/2.png", pixel(4, 0, 0)))
                .add(ZipFiles.stored("cat/9.PNG", pixel(2, 0, 0)))
                .add(ZipFiles.stored("cat/10.png", pixel(1, 0, 0)))
                .add(ZipFiles.stored("dog/1.jpeg", ImageFiles.jpeg(1, 1, 0x808080)));
        try (Dataset dataset = open(zip)) {
            assertThat(dataset.format()).isEqualTo("images");
            assertThat(dataset.samples()).isEqualTo(4);
            assertThat(dataset.fields())
                    .containsExactly(new Field("image", ElementType.UINT8, List.of(4L, 1L, 1L, 3L)));
            assertThat(labels(dataset)).containsExactly(0.0, 0.0, 1.0, 1.0);
            assertThat(read(dataset, NCHW, Preprocessing.NONE, 3))
                    .containsExactly("0 [3, 3, 1, 1] [1, 0, 0, 2, 0, 0, 128, 128, 128]", "3 [1, 3, 1, 1] [4, 0, 0]");
        }
    }

    @Test
    void classesSortByTheirNamesNotByTheirPaths() {
        ZipFiles zip = ZipFiles.zip()
                .add(ZipFiles.stored("cat dog/1.png", pixel(2, 0, 0)))
                .add(ZipFiles.stored("cat-x/1.png", pixel(3, 0, 0)))
                .add(ZipFiles.stored("cat/1.png", pixel(1, 0, 0)));
        try (Dataset dataset = open(zip)) {
            assertThat(labels(dataset)).containsExactly(0.0, 1.0, 2.0);
            assertThat(read(dataset, NCHW, Preprocessing.NONE, 3))
                    .containsExactly("0 [3, 3, 1, 1] [1, 0, 0, 2, 0, 0, 3, 0, 0]");
        }
    }

    @Test
    void labelsCsvGivesOrderAndLabels() {
        ZipFiles zip = ZipFiles.zip()
                .add(ZipFiles.stored("a.png", pixel(1, 0, 0)))
                .add(ZipFiles.stored("sub/b, 2.png", pixel(2, 0, 0)))
                .add(ZipFiles.stored(
                        "labels.csv", text("\ufeffFile,Label\r\n\"sub/b, 2.png\", 7\r\n\r\na.png,-1.5e0\r\n")));
        try (Dataset dataset = open(zip)) {
            assertThat(labels(dataset)).containsExactly(7.0, -1.5);
            assertThat(dataset.labels().orElseThrow().integral()).isFalse();
            assertThat(read(dataset, NCHW, Preprocessing.NONE, 8)).containsExactly("0 [2, 3, 1, 1] [2, 0, 0, 1, 0, 0]");
        }
    }

    @Test
    void imagesWithoutFoldersOrInOneFolderHaveNoLabelsAndAreSorted() {
        for (String around : List.of("", "photos/", "a/b/")) {
            ZipFiles zip = ZipFiles.zip()
                    .add(ZipFiles.stored(around + "2.png", pixel(2, 0, 0)))
                    .add(ZipFiles.stored(around + "1.png", pixel(1, 0, 0)))
                    .add(ZipFiles.stored("__MACOSX/x", new byte[3]))
                    .add(ZipFiles.stored(around + ".DS_Store", new byte[3]))
                    .add(ZipFiles.stored(around + "Thumbs.db", new byte[3]));
            try (Dataset dataset = open(zip)) {
                assertThat(dataset.hasLabels()).isFalse();
                assertThat(dataset.labels()).isEmpty();
                assertThat(read(dataset, NCHW, Preprocessing.NONE, 8))
                        .containsExactly("0 [2, 3, 1, 1] [1, 0, 0, 2, 0, 0]");
            }
        }
    }

    @Test
    void aFolderAroundEverythingIsLeftOut() {
        ZipFiles zip = ZipFiles.zip()
                .add(ZipFiles.stored("set/labels.csv", text("1.png,5\n")))
                .add(ZipFiles.stored("set/1.png", pixel(1, 2, 3)));
        try (Dataset dataset = open(zip)) {
            assertThat(labels(dataset)).containsExactly(5.0);
        }
    }

    @Test
    void channelsAndLayoutAreAsAskedFor() {
        ZipFiles zip = ZipFiles.zip().add(ZipFiles.stored("a.png", ImageFiles.png(2, 1, 3, 10, 20, 30, 40, 50, 60)));
        InputSpec nhwc = new InputSpec("x", ElementType.FLOAT, List.of(1L, -1L, -1L, 3L));
        InputSpec gray = new InputSpec("x", ElementType.FLOAT, List.of(1L, 1L, 1L, 2L));
        InputSpec bytes = new InputSpec("x", ElementType.UINT8, List.of(1L, 3L, 1L, 2L));
        try (Dataset dataset = open(zip)) {
            assertThat(read(dataset, NCHW, only(null, null, Channels.RGB, Layout.NCHW), 1))
                    .containsExactly("0 [1, 3, 1, 2] [10, 40, 20, 50, 30, 60]");
            assertThat(read(dataset, NCHW, only(null, null, Channels.BGR, Layout.NCHW), 1))
                    .containsExactly("0 [1, 3, 1, 2] [30, 60, 20, 50, 10, 40]");
            assertThat(read(dataset, nhwc, only(null, null, Channels.BGR, Layout.NHWC), 1))
                    .containsExactly("0 [1, 1, 2, 3] [30, 20, 10, 60, 50, 40]");
            assertThat(read(dataset, gray, only(null, null, Channels.GRAY, Layout.NCHW), 1))
                    .containsExactly("0 [1, 1, 1, 2] [18, 48]");
            assertThat(read(dataset, bytes, Preprocessing.NONE, 1))
                    .containsExactly("0 [1, 3, 1, 2] [10, 40, 20, 50, 30, 60]");
        }
    }

    @Test
    void valuesAreScaledShiftedAndDividedByChannelInEitherLayout() {
        ZipFiles zip = ZipFiles.zip().add(ZipFiles.stored("a.png", ImageFiles.png(2, 1, 3, 10, 20, 30, 40, 50, 60)));
        InputSpec nhwc = new InputSpec("x", ElementType.FLOAT, List.of(1L, 1L, 2L, 3L));
        List<Double> mean = List.of(2.0, 4.0, 6.0);
        List<Double> std = List.of(1.0, 2.0, 3.0);
        try (Dataset dataset = open(zip)) {
            assertThat(read(dataset, NCHW, new Preprocessing(null, null, Channels.RGB, Layout.NCHW, 2, mean, std), 1))
                    .containsExactly("0 [1, 3, 1, 2] [18, 78, 18, 48, 18, 38]");
            assertThat(read(dataset, nhwc, new Preprocessing(null, null, Channels.RGB, Layout.NHWC, 2, mean, std), 1))
                    .containsExactly("0 [1, 1, 2, 3] [18, 18, 18, 78, 48, 38]");
        }
    }

    @Test
    void imagesOfOtherSizesStartAnotherBatch() {
        ZipFiles zip = ZipFiles.zip()
                .add(ZipFiles.stored("1.png", ImageFiles.png(2, 1, 1, 1, 2)))
                .add(ZipFiles.stored("2.png", ImageFiles.png(2, 1, 1, 3, 4)))
                .add(ZipFiles.stored("3.png", ImageFiles.png(1, 2, 3, 5, 5, 5, 6, 6, 6)));
        InputSpec gray = new InputSpec("x", ElementType.UINT8, List.of(-1L, 1L, -1L, -1L));
        try (Dataset dataset = open(zip)) {
            assertThat(dataset.fields().getFirst().shape()).containsExactly(3L, -1L, -1L, -1L);
            assertThat(read(dataset, gray, only(null, null, Channels.GRAY, Layout.NCHW), 8))
                    .containsExactly("0 [2, 1, 1, 2] [1, 2, 3, 4]", "2 [1, 1, 2, 1] [5, 6]");
            assertThat(read(dataset, gray, only(1, 1, Channels.GRAY, Layout.NCHW), 8))
                    .containsExactly("0 [3, 1, 1, 1] [1, 3, 5]");
        }
    }

    private List<String> mismatches(ZipFiles zip, Preprocessing p, InputSpec... inputs) {
        try (Dataset dataset = open(zip)) {
            return dataset.mismatches(List.of(inputs), p).stream()
                    .map(d -> d.path() + ": " + d.message())
                    .toList();
        }
    }

    @Test
    void everythingThatDoesNotFitIsFoundNamingTheImage() {
        ZipFiles zip = ZipFiles.zip()
                .add(ZipFiles.stored("1.png", ImageFiles.png(2, 1, 1, 1, 2)))
                .add(ZipFiles.stored("2.png", ImageFiles.png(4, 3, 1, new int[12])));
        InputSpec three = new InputSpec("x", ElementType.FLOAT, List.of(-1L, 3L, 3L, 3L));
        assertThat(mismatches(
                        zip,
                        new Preprocessing(
                                null, 3, Channels.GRAY, Layout.NCHW, 1, List.of(1.0, 2.0, 3.0), List.of(1.0, 2.0)),
                        three))
                .containsExactly(
                        "preprocessing.mean: has 3 values, but images in GRAY have 1 channel",
                        "preprocessing.std: has 2 values, but images in GRAY have 1 channel",
                        "preprocessing.crop: cuts out 3x3 pixels, but image '1.png' has only 2x1 (1 of 2 images are"
                                + " too small); set resize",
                        "inputs.x: Input 'x' is FLOAT[?,3,3,3]: image '2.png' of 4x3 pixels becomes FLOAT[1,3,3]:"
                                + " dimension 1 is 3 in the model and 1 in the dataset");
        assertThat(mismatches(zip, only(6, null, Channels.RGB, Layout.NCHW), three))
                .containsExactly("inputs.x: Input 'x' is FLOAT[?,3,3,3]: image '1.png' of 2x1 pixels becomes"
                        + " FLOAT[3,6,12]: dimension 2 is 3 in the model and 6 in the dataset; dimension 3 is 3 in the"
                        + " model and 12 in the dataset (2 of 2 images do not fit)");
        assertThat(mismatches(zip, only(3, 3, Channels.RGB, Layout.NCHW), three))
                .isEmpty();
    }

    @Test
    void modelsThatTakeNoImageAreFound() {
        ZipFiles zip = ZipFiles.zip().add(ZipFiles.stored("1.png", pixel(1, 2, 3)));
        InputSpec flat = new InputSpec("x", ElementType.FLOAT, List.of(-1L, 3L));
        InputSpec ids = new InputSpec("ids", ElementType.INT64, List.of(-1L, 3L, 1L, 1L));
        assertThat(mismatches(zip, Preprocessing.NONE, flat, ids))
                .containsExactly("inputs: Images feed a model with one input; this one has 2: 'x' FLOAT[?,3], 'ids'"
                        + " INT64[?,3,1,1]");
        assertThat(mismatches(zip, Preprocessing.NONE, flat))
                .singleElement()
                .asString()
                .contains("the model wants 2 dimensions, the dataset has 4");
        assertThat(mismatches(
                        zip, new Preprocessing(null, null, Channels.RGB, Layout.NCHW, 2, List.of(), List.of()), ids))
                .singleElement()
                .asString()
                .contains("takes whole numbers");
        for (ElementType type : List.of(ElementType.INT8, ElementType.BOOL, ElementType.STRING)) {
            assertThat(mismatches(zip, Preprocessing.NONE, new InputSpec("x", type, List.of(-1L, 3L, 1L, 1L))))
                    .singleElement()
                    .asString()
                    .contains("can't be fed as " + type);
        }
    }

    @Test
    void aScaledImageTooLargeToHoldIsFound() {
        ZipFiles zip = ZipFiles.zip().add(ZipFiles.stored("wide.png", ImageFiles.png(30000, 1, 1, new int[30000])));
        assertThat(mismatches(zip, only(8192, null, Channels.RGB, Layout.NCHW), NCHW))
                .singleElement()
                .asString()
                .contains("wide.png")
                .contains("at most 67108864 are read");
        assertThat(mismatches(zip, only(64, 64, Channels.RGB, Layout.NCHW), NCHW))
                .isEmpty();
    }

    private EngineException refusal(ZipFiles zip) {
        EngineException e =
                catchThrowableOfType(EngineException.class, () -> open(zip).close());
        assertThat(e).as("refused").isNotNull();
        return e;
    }

    @Test
    void filesThatAreNoImagesAreAllNamed() {
        EngineException e = refusal(ZipFiles.zip()
                .add(ZipFiles.stored("a.png", text("not a png")))
                .add(ZipFiles.stored("b.txt", text("notes")))
                .add(ZipFiles.stored("c.png", pixel(0, 0, 0))));
        assertThat(e.fault()).isEqualTo(Fault.DATASET_MALFORMED);
        assertThat(e.details()).extracting(EngineException.Detail::path).containsExactly("a.png", "b.txt");
        assertThat(e.getMessage()).contains("a.png").contains("and 1 more");
    }

    @Test
    void aZipWithoutImagesIsRefused() {
        assertThat(refusal(ZipFiles.zip().add(ZipFiles.stored("labels.csv", text("a.png,1"))))
                        .getMessage())
                .contains("holds no images");
    }

    @Test
    void imagesHalfInFoldersAreRefused() {
        byte[] image = pixel(0, 0, 0);
        assertThat(refusal(ZipFiles.zip().add(ZipFiles.stored("a.png", image)).add(ZipFiles.stored("b/c.png", image)))
                        .getMessage())
                .contains("b/c.png: is not in one folder for each class as 'a.png' is");
        assertThat(refusal(ZipFiles.zip()
                                .add(ZipFiles.stored("a/b.png", image))
                                .add(ZipFiles.stored("c/d/e.png", image)))
                        .getMessage())
                .contains("c/d/e.png: is not in one folder");
    }

    @Test
    void faultsOfLabelsCsvAreCollected() {
        byte[] image = pixel(0, 0, 0);
        EngineException lines = refusal(ZipFiles.zip()
                .add(ZipFiles.stored("a.png", image))
                .add(ZipFiles.stored("labels.csv", text("a.png,1\na.png,2\nb.png\nc.png,cat\nd.png,0x1p3\n"))));
        assertThat(lines.details())
                .extracting(EngineException.Detail::message)
                .containsExactly(
                        "line 2 names 'a.png' again",
                        "line 3 is not file,label",
                        "line 4 has the label 'cat', which is no number",
                        "line 5 has the label '0x1p3', which is no number");
        EngineException files = refusal(ZipFiles.zip()
                .add(ZipFiles.stored("a.png", image))
                .add(ZipFiles.stored("b.png", image))
                .add(ZipFiles.stored("labels.csv", text("a.png,1\nc.png,2\n"))));
        assertThat(files.details())
                .extracting(d -> d.path() + " " + d.message())
                .containsExactly(
                        "labels.csv names 'c.png', which is not in the zip", "b.png has no line in labels.csv");
    }

    @Test
    void aLabelThatIsNotFiniteIsRefusedNamingItsLine() {
        for (String label : List.of("nan", "-Infinity", "inf", "1e999")) {
            EngineException e = refusal(ZipFiles.zip()
                    .add(ZipFiles.stored("a.png", pixel(0, 0, 0)))
                    .add(ZipFiles.stored("labels.csv", text("a.png," + label))));
            assertThat(e.fault()).isEqualTo(Fault.DATASET_NOT_FINITE);
            assertThat(e.getMessage()).isEqualTo("labels.csv: line 1 has the label " + label);
        }
    }

    @Test
    void anImageDamagedInItsPixelsIsFoundWhenItIsReached() {
        byte[] png = pixel(1, 2, 3);
        png[png.length - 18] ^= 1;
        ZipFiles zip =
                ZipFiles.zip().add(ZipFiles.stored("1.png", pixel(1, 2, 3))).add(ZipFiles.stored("2.png", png));
        try (Dataset dataset = open(zip);
                BatchReader reader = dataset.read(List.of(NCHW), Preprocessing.NONE, 0, 2, 1)) {
            assertThat(reader.next()).isNotNull();
            EngineException e = catchThrowableOfType(EngineException.class, reader::next);
            assertThat(e.fault()).isEqualTo(Fault.DATASET_MALFORMED);
            assertThat(e.getMessage()).startsWith("2.png: ");
        }
    }
}
