package dev.octet.engine.data.npz;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes arrays into an npz file, element by element.
 *
 * <p>Headers are of npy format version 1.0 (NEP 1), padded to a multiple of 64 bytes; elements are little-endian.
 */
public final class NpzWriter implements AutoCloseable {

    private static final int BUFFER_BYTES = 1 << 16;

    private final ZipOutputStream zip;

    /** Takes the elements of one array, in row-major order. */
    public static final class Elements {
        private final OutputStream out;
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        private long bytes;

        private Elements(OutputStream out) {
            this.out = out;
        }

        public void putFloat(float value) {
            room(Float.BYTES).putFloat(value);
        }

        public void putInt(int value) {
            room(Integer.BYTES).putInt(value);
        }

        private ByteBuffer room(int size) {
            if (buffer.remaining() < size) {
                flush();
            }
            bytes += size;
            return buffer;
        }

        private void flush() {
            try {
                out.write(buffer.array(), 0, buffer.position());
            } catch (IOException e) {
                throw failure(e);
            }
            buffer.clear();
        }
    }

    private NpzWriter(ZipOutputStream zip) {
        this.zip = zip;
    }

    /**
     * Starts the file {@code file}.
     *
     * @throws EngineException IO, DISK_FULL
     */
    public static NpzWriter create(Path file) {
        try {
            return new NpzWriter(new ZipOutputStream(Files.newOutputStream(file)));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * Writes one array.
     *
     * @param type FLOAT or INT32
     * @param elements puts as many elements as {@code shape} has
     * @throws EngineException IO, DISK_FULL
     */
    public void array(String name, ElementType type, List<Long> shape, Consumer<Elements> elements) {
        try {
            zip.putNextEntry(new ZipEntry(name + ".npy"));
            zip.write(header(type, shape));
            Elements sink = new Elements(zip);
            elements.accept(sink);
            sink.flush();
            long expected = type.bytes(shape.stream().reduce(1L, Math::multiplyExact));
            if (sink.bytes != expected) {
                throw new IllegalStateException(name + " takes " + expected + " bytes, given " + sink.bytes);
            }
            zip.closeEntry();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static byte[] header(ElementType type, List<Long> shape) {
        String element = switch (type) {
            case FLOAT -> "<f4";
            case INT32 -> "<i4";
            default -> throw new IllegalArgumentException("arrays of " + type + " are not written");
        };
        String dims = shape.stream().map(size -> size + ",").collect(Collectors.joining(" "));
        String text = "{'descr': '" + element + "', 'fortran_order': False, 'shape': (" + dims + "), }";
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

    private static EngineException failure(IOException e) {
        return EngineException.ofIo("Made-up samples can't be written", e);
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw failure(e);
        }
    }
}
