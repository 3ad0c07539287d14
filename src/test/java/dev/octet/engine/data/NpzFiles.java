package dev.octet.engine.data;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes npz files for tests, with true headers or with lying ones.
 *
 * <p>{@code NpzFiles.npz().floats("input", values, 2, 3).longs("labels", classes, 2).write(file)}. Entries are deflated
 * unless {@link #stored()} is called.
 */
public final class NpzFiles {

    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private boolean stored;

    private NpzFiles() {}

    public static NpzFiles npz() {
        return new NpzFiles();
    }

    public NpzFiles stored() {
        stored = true;
        return this;
    }

    public NpzFiles floats(String name, float[] values, long... shape) {
        byte[] data = new byte[4 * values.length];
        little(data).asFloatBuffer().put(values);
        return array(name, "<f4", shape, data);
    }

    public NpzFiles doubles(String name, double[] values, long... shape) {
        byte[] data = new byte[8 * values.length];
        little(data).asDoubleBuffer().put(values);
        return array(name, "<f8", shape, data);
    }

    public NpzFiles halves(String name, float[] values, long... shape) {
        byte[] data = new byte[2 * values.length];
        ByteBuffer out = little(data);
        for (float v : values) {
            out.putShort(Float.floatToFloat16(v));
        }
        return array(name, "<f2", shape, data);
    }

    public NpzFiles longs(String name, long[] values, long... shape) {
        byte[] data = new byte[8 * values.length];
        little(data).asLongBuffer().put(values);
        return array(name, "<i8", shape, data);
    }

    public NpzFiles ints(String name, int[] values, long... shape) {
        byte[] data = new byte[4 * values.length];
        little(data).asIntBuffer().put(values);
        return array(name, "<i4", shape, data);
    }

    /** An array of type uint8. */
    public NpzFiles bytes(String name, byte[] values, long... shape) {
        return array(name, "|u1", shape, values);
    }

    /** An array with a header that claims {@code descr} and {@code shape}, whatever {@code data} holds. */
    public NpzFiles array(String name, String descr, long[] shape, byte[] data) {
        return entry(name + ".npy", npy(1, header(descr, false, shape), data));
    }

    /** An entry with any content under any name. */
    public NpzFiles entry(String entryName, byte[] content) {
        entries.put(entryName, content);
        return this;
    }

    /** The dictionary as numpy writes it; a descr that is no plain type can be given with its own quotes or brackets. */
    public static String header(String descr, boolean fortranOrder, long... shape) {
        String quoted = descr.startsWith("[") || descr.startsWith("'") ? descr : "'" + descr + "'";
        String dims = Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
        return "{'descr': " + quoted + ", 'fortran_order': " + (fortranOrder ? "True" : "False") + ", 'shape': (" + dims
                + (shape.length == 1 ? "," : "") + "), }";
    }

    /** The bytes of an npy file of format version 1, 2 or 3 with any header text, padded as numpy pads it. */
    public static byte[] npy(int version, String header, byte[] data) {
        byte[] start = start(version, header);
        byte[] all = Arrays.copyOf(start, start.length + data.length);
        System.arraycopy(data, 0, all, start.length, data.length);
        return all;
    }

    private static byte[] start(int version, String header) {
        int before = version == 1 ? 10 : 12;
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        int total = (before + text.length + 1 + 63) / 64 * 64;
        byte[] start = new byte[total];
        ByteBuffer out = little(start);
        out.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) version)
                .put((byte) 0);
        if (version == 1) {
            out.putShort((short) (total - before));
        } else {
            out.putInt(total - before);
        }
        out.put(text);
        while (out.remaining() > 1) {
            out.put((byte) ' ');
        }
        out.put((byte) '\n');
        return start;
    }

    public Path write(Path file) {
        try {
            return Files.write(file, toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> e : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(e.getKey());
                if (stored) {
                    CRC32 crc = new CRC32();
                    crc.update(e.getValue());
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(e.getValue().length);
                    entry.setCrc(crc.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(e.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Writes an npz of one large deflated array without holding it: each sample's bytes are what {@code fill} puts into
     * {@code sample} for its index.
     */
    public static Path generate(Path file, String name, String descr, long[] shape, byte[] sample, LongConsumer fill) {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(1);
            zip.putNextEntry(new ZipEntry(name + ".npy"));
            zip.write(start(1, header(descr, false, shape)));
            for (long i = 0; i < shape[0]; i++) {
                fill.accept(i);
                zip.write(sample);
            }
            zip.closeEntry();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
