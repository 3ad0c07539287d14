package dev.octet.engine.train.execute;

import dev.octet.engine.data.Column;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Brings tensors of the engine to libtorch and back. */
public final class Tensors {

    private Tensors() {}

    /** A copy of {@code constant} in libtorch's memory. */
    public static org.bytedeco.pytorch.Tensor of(Tensor constant) {
        MemorySegment data = constant.data();
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.toIntExact(data.byteSize()));
        MemorySegment.ofBuffer(bytes).copyFrom(data);
        return copy(bytes, constant.dims(), constant.type());
    }

    /** A copy of {@code rows}, numbers of samples, of one input of a batch. */
    public static org.bytedeco.pytorch.Tensor of(Column column, int[] rows) {
        long[] shape = column.shape().stream().mapToLong(Long::longValue).toArray();
        long[] indices = Arrays.stream(rows).asLongStream().toArray();
        return kept(() -> {
            org.bytedeco.pytorch.Tensor whole = copy(column.data(), shape, column.type());
            org.bytedeco.pytorch.Tensor picked = rows.length == shape[0]
                    ? new org.bytedeco.pytorch.Tensor(whole)
                    : whole.index_select(0, org.bytedeco.pytorch.Tensor.create(indices, indices.length));
            whole.close();
            return picked.dim() == 4 ? picked.contiguous(MemoryFormat.ChannelsLast) : picked;
        });
    }

    private static org.bytedeco.pytorch.Tensor copy(ByteBuffer bytes, long[] shape, ElementType type) {
        return kept(() -> {
            org.bytedeco.pytorch.Tensor view =
                    torch.from_blob(new BytePointer(bytes), shape, new TensorOptions(scalarType(type)));
            // Convolutions are fastest with the channels last.
            return view.dim() == 4 ? view.clone().contiguous(MemoryFormat.ChannelsLast) : view.clone();
        });
    }

    /** What {@code made} makes, which its caller has to close; all that it needed on the way is let go of. */
    public static org.bytedeco.pytorch.Tensor kept(Supplier<org.bytedeco.pytorch.Tensor> made) {
        try (PointerScope _ = new PointerScope()) {
            org.bytedeco.pytorch.Tensor result = made.get();
            result.retainReference();
            return result;
        }
    }

    /** The elements of a floating-point tensor as a constant on the heap, row-major. */
    public static Tensor constant(org.bytedeco.pytorch.Tensor tensor) {
        return Tensor.ofFloats(floats(tensor), tensor.shape());
    }

    /** The elements of a floating-point tensor, row-major. */
    public static float[] floats(org.bytedeco.pytorch.Tensor tensor) {
        try (PointerScope _ = new PointerScope()) {
            org.bytedeco.pytorch.Tensor plain =
                    tensor.detach().to(ScalarType.Float).contiguous();
            float[] floats = new float[Math.toIntExact(plain.numel())];
            plain.data_ptr_float().get(floats);
            return floats;
        }
    }

    /** The elements of a tensor of integers, row-major. */
    public static long[] longs(org.bytedeco.pytorch.Tensor tensor) {
        try (PointerScope _ = new PointerScope()) {
            org.bytedeco.pytorch.Tensor plain = tensor.to(ScalarType.Long).contiguous();
            long[] longs = new long[Math.toIntExact(plain.numel())];
            plain.data_ptr_long().get(longs);
            return longs;
        }
    }

    static ScalarType scalarType(ElementType type) {
        return switch (type) {
            case FLOAT -> ScalarType.Float;
            case DOUBLE -> ScalarType.Double;
            case FLOAT16 -> ScalarType.Half;
            case BFLOAT16 -> ScalarType.BFloat16;
            case INT64 -> ScalarType.Long;
            case INT32 -> ScalarType.Int;
            case INT16 -> ScalarType.Short;
            case INT8 -> ScalarType.Char;
            case UINT8 -> ScalarType.Byte;
            case BOOL -> ScalarType.Bool;
            default ->
                throw new EngineException(
                        Fault.MODEL_UNSUPPORTED, "The model can't be trained: it holds values of type " + type + ".");
        };
    }
}
