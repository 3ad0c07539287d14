package dev.octet.engine.search;

import dev.octet.engine.data.InputSpec;
import dev.octet.engine.scheme.EngineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes up samples where there are none, so that a model can at least be run.
 *
 * <p>Floats are standard normal; integers are 1, which is a token, a mask that hides nothing and a valid index alike. What is
 * measured on them tells that an artifact runs and how fast, not how accurate it is.
 */
public final class SyntheticSamples {

    private static final int SAMPLES = 32;

    private SyntheticSamples() {}

    /** Writes {@value #SAMPLES} samples for {@code inputs} as an npz. */
    public static void write(List<InputSpec> inputs, long seed, Path file) {
        SplittableRandom random = new SplittableRandom(seed);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (InputSpec input : inputs) {
                List<Long> shape = input.shape().stream()
                        .skip(1)
                        .map(size -> size < 0 ? PreparedModel.FREE_DIMENSION : size)
                        .toList();
                long each = shape.stream().reduce(1L, Math::multiplyExact);
                boolean real = input.type().isFloatingPoint();
                zip.putNextEntry(new ZipEntry(input.name() + ".npy"));
                zip.write(header(real ? "<f4" : "<i4", shape));
                ByteBuffer value = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
                for (long i = 0; i < each * SAMPLES; i++) {
                    if (real) {
                        value.putFloat(0, (float) random.nextGaussian());
                    } else {
                        value.putInt(0, 1);
                    }
                    zip.write(value.array());
                }
            }
        } catch (IOException e) {
            throw EngineException.ofIo("Synthetic samples can't be written", e);
        }
    }

    /** The header of an npy array, format version 1.0 (NEP 1), padded to a multiple of 64 bytes. */
    private static byte[] header(String type, List<Long> shape) {
        String dims = shape.stream().map(size -> ", " + size).collect(Collectors.joining());
        String text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + SAMPLES
                + (dims.isEmpty() ? "," : dims) + "), }";
        int length = Math.ceilDiv(10 + text.length() + 1, 64) * 64 - 10;
        String padded = text + " ".repeat(length - text.length() - 1) + "\n";
        ByteBuffer header = ByteBuffer.allocate(10 + length).order(ByteOrder.LITTLE_ENDIAN);
        header.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0);
        header.putShort((short) length).put(padded.getBytes(StandardCharsets.US_ASCII));
        return header.array();
    }
}
