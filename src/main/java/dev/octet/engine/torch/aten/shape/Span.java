package dev.octet.engine.torch.aten.shape;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Part of a tensor along one axis, as calls pick it or put something in its place.
 *
 * @param start first place, from the front
 * @param end the place behind the last; at most what the axis has, where that is known
 * @param isOne whether the axis is left away
 */
record Span(int axis, long start, long end, long step, boolean isOne) {

    private static final long MOST_PLACES = 1 << 16;

    /** What the {@code result}-th result of a call that picks from {@code base} shows of it. */
    static Span of(Call call, Operand base, int result) {
        int axis = call.axis("dim", 0, base.rank());
        long size = base.size(axis);
        return switch (call.operator()) {
            case "select", "select_scatter" -> one(axis, fromFront(call, call.integer("index"), size));
            case "unbind" -> one(axis, result);
            case "narrow" -> {
                long start = fromFront(call, call.integer("start"), size);
                yield new Span(axis, start, start + call.integer("length"), 1, false);
            }
            case "slice", "slice_scatter" -> stepped(call, axis, size);
            default -> {
                long start = 0;
                for (int i = 0; i < result; i++) {
                    start += known(call, i, axis);
                }
                yield new Span(axis, start, start + known(call, result, axis), 1, false);
            }
        };
    }

    private static Span one(int axis, long at) {
        return new Span(axis, at, at + 1, 1, true);
    }

    private static Span stepped(Call call, int axis, long size) {
        long most = size < 0 ? Long.MAX_VALUE : size;
        long start = Math.min(most, fromFront(call, call.integer("start", 0L), size));
        long end = Math.min(most, fromFront(call, call.integer("end", Long.MAX_VALUE), size));
        long step = call.integer("step", 1L);
        if (step < 1 || (step > 1 && end == Long.MAX_VALUE)) {
            throw call.refuse("it steps through a size that depends on the inputs");
        }
        return new Span(axis, start, Math.max(start, end), step, false);
    }

    private static long known(Call call, int result, int axis) {
        Dim dim = call.result(result).dims().get(axis);
        if (!dim.isKnown()) {
            throw call.refuse("it splits a size that depends on the inputs");
        }
        return dim.size();
    }

    private static long fromFront(Call call, long place, long size) {
        if (place >= 0) {
            return place;
        }
        if (size < 0) {
            throw call.refuse("a place counted from an end that depends on the inputs");
        }
        return Math.max(0, place + size);
    }

    /** {@code base} with {@code part} in this place. */
    String put(Call call, Operand base, Operand part) {
        String value =
                isOne ? call.op("Unsqueeze", part.value(), call.longs(axis)).out() : part.value();
        return step == 1 ? between(call, base, value) : scattered(call, base, value);
    }

    private String between(Call call, Operand base, String part) {
        List<String> parts = new ArrayList<>();
        if (start > 0) {
            parts.add(Picks.slice(call, base.value(), axis, 0, start, 1));
        }
        parts.add(part);
        if (!base.dims().get(axis).isKnown() || end < base.size(axis)) {
            parts.add(Picks.slice(call, base.value(), axis, end, Long.MAX_VALUE, 1));
        }
        return parts.size() == 1
                ? parts.getFirst()
                : call.op("Concat", parts).with("axis", axis).out();
    }

    private String scattered(Call call, Operand base, String part) {
        if (end - start > MOST_PLACES) {
            throw call.refuse("it steps through " + (end - start) + " places");
        }
        long[] places =
                LongStream.iterate(start, at -> at < end, at -> at + step).toArray();
        long[] shape = new long[base.rank()];
        Arrays.fill(shape, 1);
        shape[axis] = places.length;
        String at = call.op("Reshape", call.longs(places), call.longs(shape)).out();
        String everywhere = call.op("Expand", at, call.op("Shape", part).out()).out();
        return call.op("ScatterElements", base.value(), everywhere, part)
                .with("axis", axis)
                .out();
    }
}
