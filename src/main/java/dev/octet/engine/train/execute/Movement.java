package dev.octet.engine.train.execute;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Operators that move, select and repeat elements without changing them, and arithmetic of shapes. */
final class Movement {

    private Movement() {}

    static Tensor reshape(Call call) {
        Tensor input = call.input(0);
        long[] shape = call.longs(1);
        boolean zeros = call.node().intAttribute("allowzero", 0) != 0;
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] == 0 && !zeros) {
                shape[i] = input.size(i);
            }
        }
        return input.reshape(shape);
    }

    static Tensor flatten(Call call) {
        Tensor input = call.input(0);
        int axis = Call.axis(call.node().intAttribute("axis", 1), input.dim());
        long rows = Arrays.stream(input.shape()).limit(axis).reduce(1, (a, b) -> a * b);
        return input.reshape(rows, rows == 0 ? 0 : input.numel() / rows);
    }

    static Tensor transpose(Call call) {
        int rank = Math.toIntExact(call.input(0).dim());
        long[] order = call.ints("perm", rank, 0);
        if (call.node().intsAttribute("perm", List.of()).isEmpty()) {
            Arrays.setAll(order, i -> rank - 1 - i);
        }
        return call.input(0).permute(order);
    }

    static Tensor squeeze(Call call) {
        long[] axes = call.has(1) ? call.longs(1) : call.ints("axes", 0, 0);
        return axes.length == 0 ? call.input(0).squeeze() : call.input(0).squeeze(axes);
    }

    static Tensor unsqueeze(Call call) {
        long[] axes = call.has(1) ? call.longs(1) : call.ints("axes", 0, 0);
        long rank = call.input(0).dim() + axes.length;
        Tensor result = new Tensor(call.input(0));
        for (long axis :
                Arrays.stream(axes).map(a -> Call.axis(a, rank)).sorted().toArray()) {
            result = result.unsqueeze(axis);
        }
        return result;
    }

    static Tensor slice(Call call) {
        Tensor result = new Tensor(call.input(0));
        long[] starts = call.longs(1);
        long[] ends = call.longs(2);
        long[] axes =
                call.has(3) ? call.longs(3) : LongStream.range(0, starts.length).toArray();
        long[] steps = call.has(4) ? call.longs(4) : new long[0];
        for (int i = 0; i < starts.length; i++) {
            long step = steps.length == 0 ? 1 : steps[i];
            if (step < 1) {
                throw call.unsupported("slices backwards");
            }
            result = result.slice(
                    Call.axis(axes[i], result.dim()), new LongOptional(starts[i]), new LongOptional(ends[i]), step);
        }
        return result;
    }

    static Tensor gather(Call call) {
        Tensor data = call.input(0);
        int axis = Call.axis(call.node().intAttribute("axis", 0), data.dim());
        Tensor ids = call.input(1).to(ScalarType.Long);
        Tensor counted = torch.where(ids.lt(new Scalar(0)), ids.add(new Scalar(data.size(axis))), ids);
        long[] shape = LongStream.concat(
                        LongStream.concat(Arrays.stream(data.shape()).limit(axis), Arrays.stream(ids.shape())),
                        Arrays.stream(data.shape()).skip(axis + 1L))
                .toArray();
        return data.index_select(axis, counted.reshape(-1)).reshape(shape);
    }

    static Tensor concat(Call call) {
        Tensor[] parts = new Tensor[call.inputs().size()];
        Arrays.setAll(parts, call::input);
        return torch.cat(
                new TensorVector(parts),
                Call.axis(call.node().intAttribute("axis", 0), call.input(0).dim()));
    }

    static List<Tensor> split(Call call) {
        Tensor input = call.input(0);
        int axis = Call.axis(call.node().intAttribute("axis", 0), input.dim());
        int count = call.node().outputs().size();
        long size = input.size(axis);
        long each = Math.ceilDiv(size, count);
        long[] sizes = call.has(1) ? call.longs(1) : new long[count];
        if (!call.has(1)) {
            Arrays.setAll(sizes, i -> Math.min(each, size - i * each));
        }
        List<Tensor> parts = new ArrayList<>();
        long from = 0;
        for (long part : sizes) {
            parts.add(input.narrow(axis, from, part));
            from += part;
        }
        return parts;
    }

    static Tensor shape(Call call) {
        long[] shape = call.input(0).shape();
        int start = bound(call.node().intAttribute("start", 0), shape.length);
        int end = bound(call.node().intAttribute("end", shape.length), shape.length);
        return Tensor.create(Arrays.copyOfRange(shape, start, Math.max(start, end)), Math.max(0, end - start));
    }

    private static int bound(long at, int rank) {
        return Math.clamp(at < 0 ? at + rank : at, 0, rank);
    }

    static Tensor expand(Call call) {
        // ONNX lets either side be broadcast.
        return call.input(0).mul(torch.ones(call.longs(1)).to(call.input(0).scalar_type()));
    }

    static Tensor constantOfShape(Call call) {
        if (call.node().attributes().get("value") instanceof dev.octet.engine.graph.Attribute.OfTensor(var value)) {
            return Tensors.of(value).expand(call.longs(0)).clone();
        }
        return torch.zeros(call.longs(0));
    }

    static Tensor range(Call call) {
        return torch.arange(
                call.input(0).item(), call.input(1).item(), call.input(2).item());
    }

    static Tensor pad(Call call) {
        String mode = call.node().stringAttribute("mode", "constant");
        if (!mode.equals("constant")) {
            throw call.unsupported("pads by '" + mode + "'");
        }
        int rank = Math.toIntExact(call.input(0).dim());
        long[] pads = call.longs(1);
        long[] axes = call.has(3) ? call.longs(3) : LongStream.range(0, rank).toArray();
        long[] fromLast = new long[2 * rank];
        for (int i = 0; i < axes.length; i++) {
            int axis = Call.axis(axes[i], rank);
            fromLast[2 * (rank - 1 - axis)] = pads[i];
            fromLast[2 * (rank - 1 - axis) + 1] = pads[axes.length + i];
        }
        return torch.constant_pad_nd(
                call.input(0), fromLast, call.has(2) ? call.input(2).item() : new Scalar(0.0));
    }

    static Tensor tile(Call call) {
        return call.input(0).tile(call.longs(1));
    }

    /** Blocks of channels become blocks of space, in the order of depth first (DCR) or of columns and rows first (CRD). */
    static Tensor depthToSpace(Call call) {
        Tensor input = call.input(0);
        long block = call.node().intAttribute("blocksize", 1);
        long[] s = input.shape();
        long depth = s[1] / (block * block);
        boolean columns = call.node().stringAttribute("mode", "DCR").equals("CRD");
        Tensor blocks = columns
                ? input.reshape(s[0], depth, block, block, s[2], s[3]).permute(0, 1, 4, 2, 5, 3)
                : input.reshape(s[0], block, block, depth, s[2], s[3]).permute(0, 3, 4, 1, 5, 2);
        return blocks.reshape(s[0], depth, s[2] * block, s[3] * block);
    }

    static Tensor spaceToDepth(Call call) {
        Tensor input = call.input(0);
        long block = call.node().intAttribute("blocksize", 1);
        long[] s = input.shape();
        return input.reshape(s[0], s[1], s[2] / block, block, s[3] / block, block)
                .permute(0, 3, 5, 1, 2, 4)
                .reshape(s[0], s[1] * block * block, s[2] / block, s[3] / block);
    }

    static Tensor identity(Call call) {
        return new Tensor(call.input(0));
    }
}
