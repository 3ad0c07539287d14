package dev.octet.engine.data;

import dev.octet.engine.data.image.ImageDecoder;
import dev.octet.engine.data.image.ImageListing;
import dev.octet.engine.data.image.Pixels;
import dev.octet.engine.data.image.Resampler;
import dev.octet.engine.data.image.Window;
import dev.octet.engine.data.values.Cast;
import dev.octet.engine.data.values.ElementReader;
import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.scheme.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batches of decoded, scaled, cropped and normalized images. */
final class ImageSource implements BatchSource {

    private final Archive archive;
    private final List<ImageListing.Item> images;
    private final InputSpec input;
    private final Preprocessing preprocessing;
    private final boolean planar;
    private final long first;
    private final int batchSize;
    private int next;

    /** Over {@code images}, the first of which is sample {@code first} of the dataset. */
    ImageSource(
            Archive archive,
            List<ImageListing.Item> images,
            InputSpec input,
            Preprocessing preprocessing,
            long first,
            int batchSize) {
        this.archive = archive;
        this.images = images;
        this.input = input;
        this.preprocessing = preprocessing;
        this.planar = preprocessing.layout() == Preprocessing.Layout.NCHW;
        this.first = first;
        this.batchSize = batchSize;
    }

    /** Dimensions of one sample as the model sees it. */
    static List<Long> sampleShape(ImageListing.Item image, Preprocessing preprocessing) {
        Window window = window(image, preprocessing);
        long channels = preprocessing.channels() == Preprocessing.Channels.GRAY ? 1 : 3;
        return preprocessing.layout() == Preprocessing.Layout.NCHW
                ? List.of(channels, window.height(), window.width())
                : List.of(window.height(), window.width(), channels);
    }

    static Window window(ImageListing.Item image, Preprocessing preprocessing) {
        return Window.of(image.header().width(), image.header().height(), preprocessing.resize(), preprocessing.crop());
    }

    @Override
    public @Nullable Batch fill(BatchSlot slot) {
        if (next == images.size()) {
            return null;
        }
        List<Long> shape = sampleShape(images.get(next), preprocessing);
        int size = 1;
        while (size < batchSize
                && next + size < images.size()
                && sampleShape(images.get(next + size), preprocessing).equals(shape)) {
            size++;
        }
        long elements = shape.stream().reduce(1L, Math::multiplyExact);
        ByteBuffer out = slot.take(
                0, input.name(), Math.multiplyExact((long) size, input.type().bytes(elements)));
        Cast cast = cast(shape);
        for (int i = 0; i < size; i++) {
            write(arranged(pixels(images.get(next + i))), cast, first + next + i, out);
        }
        List<Long> batchShape = List.of((long) size, shape.get(0), shape.get(1), shape.get(2));
        Batch batch =
                new Batch(first + next, size, List.of(new Column(input.name(), input.type(), batchShape, out.flip())));
        next += size;
        return batch;
    }

    private Cast cast(List<Long> shape) {
        int channels = (int) (long) shape.get(planar ? 0 : 2);
        long inner = planar ? shape.get(1) * shape.get(2) : 1;
        return new Cast(
                input.name(),
                shape,
                new ElementReader(ElementType.UINT8, ByteOrder.nativeOrder()),
                input.type(),
                preprocessing.normalization(channels, inner));
    }

    private Pixels pixels(ImageListing.Item image) {
        String file = image.entry().name();
        byte[] content = archive.readAll(image.entry(), ImageListing.MAX_FILE_BYTES);
        Pixels decoded = ImageDecoder.decode(file, content, image.header());
        Pixels coloured = preprocessing.channels() == Preprocessing.Channels.GRAY ? decoded.toGray() : decoded;
        Pixels scaled = Resampler.resample(coloured, window(image, preprocessing));
        return preprocessing.channels() == Preprocessing.Channels.GRAY ? scaled : scaled.toRgb();
    }

    /** The samples in the channel order and layout asked for. */
    private byte[] arranged(Pixels pixels) {
        byte[] in = pixels.samples();
        int channels = pixels.channels();
        boolean swap = preprocessing.channels() == Preprocessing.Channels.BGR;
        int plane = pixels.width() * pixels.height();
        byte[] out = new byte[in.length];
        for (int c = 0; c < channels; c++) {
            int from = swap ? channels - 1 - c : c;
            int at = planar ? c * plane : c;
            int step = planar ? 1 : channels;
            for (int i = 0; i < plane; i++) {
                out[at + i * step] = in[i * channels + from];
            }
        }
        return out;
    }

    private static void write(byte[] values, Cast cast, long sample, ByteBuffer out) {
        for (int at = 0; at < values.length; at += Cast.MAX_RUN) {
            int count = Math.min(Cast.MAX_RUN, values.length - at);
            cast.convert(Arrays.copyOfRange(values, at, at + count), count, sample, at, out);
        }
    }

    @Override
    public void close() {
        // Holds nothing open between batches.
    }
}
