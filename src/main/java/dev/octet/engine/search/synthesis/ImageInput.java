package dev.octet.engine.search.synthesis;

import dev.octet.engine.data.InputSpec;
import dev.octet.engine.scheme.ElementType;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A model's one input, read as pictures.
 *
 * @param name of the input
 * @param type of its elements
 * @param channels number of planes
 * @param height in pixels
 * @param width in pixels
 * @param channelsLast whether a pixel's channels lie together (NHWC)
 * @param fixedBatch samples that the model insists on; -1 where it takes any
 */
record ImageInput(
        String name, ElementType type, int channels, int height, int width, boolean channelsLast, int fixedBatch) {

    /** Size taken for a free axis of an image: five halvings leave it four pixels. */
    static final int FREE_SIZE = 128;

    private static final int MOST_SIZE = 4096;
    private static final int MOST_CHANNELS = 64;
    private static final int MOST_BATCH = 64;
    private static final Set<ElementType> TYPES = Set.of(ElementType.FLOAT, ElementType.FLOAT16, ElementType.DOUBLE);

    /** {@code inputs} as pictures; empty where they are not one floating-point tensor of rank 4 with few channels. */
    static Optional<ImageInput> of(List<InputSpec> inputs) {
        if (inputs.size() != 1) {
            return Optional.empty();
        }
        InputSpec input = inputs.getFirst();
        List<Long> shape = input.shape();
        if (shape.size() != 4 || !TYPES.contains(input.type()) || shape.getFirst() > MOST_BATCH) {
            return Optional.empty();
        }
        boolean last = isChannels(shape.get(3)) && (!isChannels(shape.get(1)) || shape.get(3) < shape.get(1));
        long channels = last ? shape.get(3) : shape.get(1);
        long height = free(last ? shape.get(1) : shape.get(2));
        long width = free(last ? shape.get(2) : shape.get(3));
        if (!isChannels(channels) || height > MOST_SIZE || width > MOST_SIZE) {
            return Optional.empty();
        }
        return Optional.of(new ImageInput(
                input.name(),
                input.type(),
                (int) channels,
                (int) height,
                (int) width,
                last,
                shape.getFirst().intValue()));
    }

    private static boolean isChannels(long size) {
        return size >= 1 && size <= MOST_CHANNELS;
    }

    private static long free(long size) {
        return size < 1 ? FREE_SIZE : size;
    }

    /** Values in one picture. */
    int elements() {
        return Math.multiplyExact(channels, Math.multiplyExact(height, width));
    }

    /** Dimensions of {@code samples} pictures, as the model wants them. */
    List<Long> shape(long samples) {
        return channelsLast
                ? List.of(samples, (long) height, (long) width, (long) channels)
                : List.of(samples, (long) channels, (long) height, (long) width);
    }

    /** Where channel {@code c} of pixel {@code pixel} lies in a picture. */
    int index(int c, int pixel) {
        return channelsLast ? pixel * channels + c : c * height * width + pixel;
    }
}
