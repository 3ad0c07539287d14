package dev.octet.engine.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.octet.engine.graph.Bytes;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.onnx.proto.StringStringEntryProto;
import dev.octet.engine.onnx.proto.TensorProto;
import dev.octet.engine.onnx.wire.Pieces;
import dev.octet.engine.scheme.ElementType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encodes tensors, inside the model file or in a data file beside it, without copying them.
 *
 * <p>In the data file each tensor starts at a page of its own, so that a runtime can map it; the same memory is stored once.
 */
final class TensorWriter {

    /** Where tensors start in the data file: multiples of the largest page size in use. */
    private static final long ALIGNMENT = 65_536;

    /** Tensors of fewer bytes stay in the model file, as ONNX's own tools have it: runtimes read shapes from there. */
    private static final long SMALLEST_EXTERNAL = 1024;

    private static final int CHUNK = 1 << 20;

    private record Content(long address, long bytes) {}

    private final @Nullable String dataFile;
    private final Map<Content, Long> offsets = new HashMap<>();
    private final Map<Long, MemorySegment> placed = new LinkedHashMap<>();
    private long end;

    private TensorWriter(@Nullable String dataFile) {
        this.dataFile = dataFile;
    }

    /** Keeps every tensor in the model file. */
    static TensorWriter internal() {
        return new TensorWriter(null);
    }

    /** Keeps initializers in a file named {@code dataFile}, beside the model, except for small ones. */
    static TensorWriter external(String dataFile) {
        return new TensorWriter(dataFile);
    }

    /** An initializer. */
    Pieces initializer(String name, Tensor tensor) {
        if (dataFile == null
                || tensor.type() == ElementType.STRING
                || tensor.data().byteSize() < SMALLEST_EXTERNAL) {
            return inside(name, tensor);
        }
        MemorySegment data = tensor.data();
        long offset = data.isNative()
                ? offsets.computeIfAbsent(new Content(data.address(), data.byteSize()), _ -> place(data))
                : place(data);
        return new Pieces()
                .add(head(name, tensor)
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .addExternalData(entry("location", dataFile))
                        .addExternalData(entry("offset", Long.toString(offset)))
                        .addExternalData(entry("length", Long.toString(data.byteSize())))
                        .build());
    }

    /** A tensor that is kept in the model file. */
    Pieces inside(String name, Tensor tensor) {
        TensorProto.Builder head = head(name, tensor);
        if (tensor.type() == ElementType.STRING) {
            tensor.strings().forEach(s -> head.addStringData(bytes(s)));
            return new Pieces().add(head.build());
        }
        return new Pieces().add(head.build()).add(TensorProto.RAW_DATA_FIELD_NUMBER, tensor.data());
    }

    static ByteString bytes(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.toArray());
    }

    private static TensorProto.Builder head(String name, Tensor tensor) {
        TensorProto.Builder proto =
                TensorProto.newBuilder().setDataType(tensor.type().onnxCode());
        for (long dim : tensor.dims()) {
            proto.addDims(dim);
        }
        return name.isEmpty() ? proto : proto.setName(name);
    }

    static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private long place(MemorySegment data) {
        long offset = Math.ceilDiv(end, ALIGNMENT) * ALIGNMENT;
        placed.put(offset, data);
        end = offset + data.byteSize();
        return offset;
    }

    /**
     * Writes the data file's content: what was placed since this writer was made. Stretches of zeros become holes of the file
     * where the file system has such.
     */
    void writeData(FileChannel out) throws IOException {
        MemorySegment zeros = MemorySegment.ofArray(new byte[CHUNK]);
        for (Map.Entry<Long, MemorySegment> entry : placed.entrySet()) {
            MemorySegment data = entry.getValue();
            for (long from = 0; from < data.byteSize(); from += CHUNK) {
                MemorySegment chunk = data.asSlice(from, Math.min(CHUNK, data.byteSize() - from));
                if (chunk.mismatch(zeros.asSlice(0, chunk.byteSize())) >= 0) {
                    write(chunk.asByteBuffer(), entry.getKey() + from, out);
                }
            }
        }
        if (out.size() < end) {
            write(ByteBuffer.allocate(1), end - 1, out);
        }
    }

    private static void write(ByteBuffer bytes, long at, FileChannel out) throws IOException {
        long position = at;
        while (bytes.hasRemaining()) {
            position += out.write(bytes, position);
        }
    }
}
