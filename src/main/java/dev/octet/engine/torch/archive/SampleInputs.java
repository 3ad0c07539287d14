package dev.octet.engine.torch.archive;

import dev.octet.engine.scheme.ElementType;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Arguments to try a program with, as {@code torch.save} writes them: a zip of a pickle and of the tensors' bytes.
 *
 * <p>All elements are one. The pickle is {@code ((tensor, ...), {})} in protocol 2; it is written here, never read.
 */
public final class SampleInputs {

    /** Most bytes that are spent on them. */
    private static final long MOST_BYTES = 64L << 20;

    private final DataOutputStream pickle;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();

    private SampleInputs() {
        this.pickle = new DataOutputStream(content);
    }

    /**
     * One argument.
     *
     * @param type its elements
     * @param sizes outermost first
     */
    public record Sample(ElementType type, List<Long> sizes) {
        public Sample {
            sizes = List.copyOf(sizes);
        }

        private long elements() {
            return sizes.stream().reduce(1L, Math::multiplyExact);
        }
    }

    /** The file for {@code samples}; an empty one, which stands for none, where they are large. */
    static byte[] of(List<Sample> samples) {
        long bytes =
                samples.stream().mapToLong(s -> s.type().bytes(s.elements())).sum();
        if (bytes > MOST_BYTES) {
            return new byte[0];
        }
        try {
            return new SampleInputs().zipped(samples);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] zipped(List<Sample> samples) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (StoredZip zip = new StoredZip(out, "archive/")) {
            zip.add("data.pkl", pickled(samples));
            zip.add(".format_version", "1");
            zip.add(".storage_alignment", Integer.toString(StoredZip.ALIGNMENT));
            zip.add("byteorder", "little");
            for (int i = 0; i < samples.size(); i++) {
                zip.add("data/" + i, ones(samples.get(i)));
            }
            zip.add("version", "3\n");
        }
        return out.toByteArray();
    }

    private byte[] pickled(List<Sample> samples) throws IOException {
        opcode(0x80, 2);
        opcode('(');
        for (int i = 0; i < samples.size(); i++) {
            tensor(samples.get(i), i);
        }
        opcode('t', '}', 0x86, '.');
        pickle.flush();
        return content.toByteArray();
    }

    /** Calls {@code _rebuild_tensor_v2(storage, 0, sizes, strides, False, OrderedDict())}. */
    private void tensor(Sample sample, int number) throws IOException {
        global("torch._utils", "_rebuild_tensor_v2");
        opcode('(', '(');
        text("storage");
        global("torch", storage(sample.type()));
        text(Integer.toString(number));
        text("cpu");
        whole(sample.elements());
        opcode('t', 'Q');
        whole(0);
        tuple(sample.sizes());
        tuple(strides(sample.sizes()));
        opcode(0x89);
        global("collections", "OrderedDict");
        opcode(')', 'R', 't', 'R');
    }

    private static List<Long> strides(List<Long> sizes) {
        List<Long> strides = new ArrayList<>();
        long stride = 1;
        for (long size : sizes.reversed()) {
            strides.addFirst(stride);
            stride *= Math.max(1, size);
        }
        return strides;
    }

    private void opcode(int... codes) throws IOException {
        for (int code : codes) {
            pickle.write(code);
        }
    }

    private void global(String module, String name) throws IOException {
        opcode('c');
        pickle.write((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void text(String text) throws IOException {
        opcode('X');
        pickle.writeInt(Integer.reverseBytes(text.length()));
        pickle.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** A number of at most 8 bytes. */
    private void whole(long value) throws IOException {
        opcode(0x8a, Long.BYTES);
        pickle.writeLong(Long.reverseBytes(value));
    }

    private void tuple(List<Long> values) throws IOException {
        opcode('(');
        for (long value : values) {
            whole(value);
        }
        opcode('t');
    }

    private static String storage(ElementType type) {
        return switch (type) {
            case FLOAT -> "FloatStorage";
            case DOUBLE -> "DoubleStorage";
            case FLOAT16 -> "HalfStorage";
            case BFLOAT16 -> "BFloat16Storage";
            case INT64 -> "LongStorage";
            case INT32 -> "IntStorage";
            case INT16 -> "ShortStorage";
            case INT8 -> "CharStorage";
            case UINT8 -> "ByteStorage";
            case BOOL -> "BoolStorage";
            default -> throw new IllegalArgumentException("PyTorch has no storage of " + type);
        };
    }

    private static byte[] ones(Sample sample) {
        int count = Math.toIntExact(sample.elements());
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(sample.type().bytes(count))).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            switch (sample.type()) {
                case FLOAT -> bytes.putFloat(1);
                case DOUBLE -> bytes.putDouble(1);
                case FLOAT16 -> bytes.putShort(Float.floatToFloat16(1));
                case BFLOAT16 -> bytes.putShort((short) 0x3f80);
                case INT64 -> bytes.putLong(1);
                case INT32 -> bytes.putInt(1);
                case INT16 -> bytes.putShort((short) 1);
                default -> bytes.put((byte) 1);
            }
        }
        return bytes.array();
    }
}
