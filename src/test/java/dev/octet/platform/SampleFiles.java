package dev.octet.platform;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Small models and datasets, made byte by byte. */
public final class SampleFiles {
    private static final int FLOAT = 1;

    private SampleFiles() {}

    /**
     * An ONNX model of one Relu over {@code x[batch,4]}.
     *
     * @param producer goes into the file, so that different words make different bytes
     */
    public static byte[] model(String producer) {
        byte[] node = message(text(1, "x"), text(2, "y"), text(3, "relu"), text(4, "Relu"));
        byte[] graph = message(bytes(1, node), text(2, "g"), bytes(11, value("x")), bytes(12, value("y")));
        byte[] opset = message(text(1, ""), number(2, 17));
        return message(number(1, 8), text(2, producer), bytes(7, graph), bytes(8, opset));
    }

    private static byte[] value(String name) {
        byte[] shape = message(bytes(1, message(text(2, "batch"))), bytes(1, message(number(1, 4))));
        byte[] tensor = message(number(1, FLOAT), bytes(2, shape));
        return message(text(1, name), bytes(2, message(bytes(1, tensor))));
    }

    private static byte[] message(byte[]... fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] field : fields) {
            out.writeBytes(field);
        }
        return out.toByteArray();
    }

    private static byte[] number(int field, long value) {
        return message(varint((long) field << 3), varint(value));
    }

    private static byte[] text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(int field, byte[] value) {
        return message(varint(((long) field << 3) | 2), varint(value.length), value);
    }

    private static byte[] varint(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long rest = value;
        for (; rest >= 0x80; rest >>>= 7) {
            out.write((int) ((rest & 0x7f) | 0x80));
        }
        out.write((int) rest);
        return out.toByteArray();
    }

    /** An npz of {@code x}, FLOAT [samples, 4], drawn with that seed. */
    public static byte[] dataset(int samples, long seed) {
        Random random = new Random(seed);
        ByteBuffer values = ByteBuffer.allocate(samples * 16).order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            values.putFloat(random.nextFloat());
        }
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + samples + ", 4), }";
        String padded = header + " ".repeat(63 - (10 + header.length()) % 64) + "\n";
        ByteArrayOutputStream npy = new ByteArrayOutputStream();
        npy.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        npy.writeBytes(ByteBuffer.allocate(2)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) padded.length())
                .array());
        npy.writeBytes(padded.getBytes(StandardCharsets.US_ASCII));
        npy.writeBytes(values.array());
        return zip("x.npy", npy.toByteArray());
    }

    /** A zip of one entry. */
    public static byte[] zip(String name, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            ZipEntry entry = new ZipEntry(name);
            entry.setTime(0);
            zip.putNextEntry(entry);
            zip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
