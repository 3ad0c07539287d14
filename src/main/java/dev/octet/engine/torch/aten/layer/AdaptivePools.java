package dev.octet.engine.torch.aten.layer;

import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Pooling to a given number of windows that are not all of one size.
 *
 * <p>Window i of n over m places begins at floor(i·m/n) and ends before ceil((i+1)·m/n). Along each axis averages are a product with a
 * constant matrix, and maxima are taken window by window.
 */
final class AdaptivePools {

    private static final long MOST_PLACES = 2048;

    private AdaptivePools() {}

    /**
     * {@code input} pooled along its last axes to {@code sizes}.
     *
     * @throws dev.octet.engine.scheme.EngineException MODEL_UNSUPPORTED where such an axis has a size that depends on the inputs
     */
    static String pooled(Call call, Operand input, List<Long> sizes, boolean average) {
        int first = input.rank() - sizes.size();
        String value = input.value();
        for (int i = 0; i < sizes.size(); i++) {
            long given = input.size(first + i);
            long wanted = sizes.get(i);
            if (given < 1 || wanted < 1) {
                throw call.refuse(
                        "pools " + input.dims() + " to " + sizes + ", where the size of the windows depends on the"
                                + " inputs; an output of size 1, or an input of fixed size, can be imported");
            }
            if (given > MOST_PLACES || wanted > MOST_PLACES) {
                throw call.refuse(
                        "pools " + input.dims() + " to " + sizes + ", which are more windows than can be listed");
            }
            if (given != wanted) {
                value = average
                        ? averaged(call, input, value, first + i, wanted)
                        : maxima(call, value, first + i, given, wanted);
            }
        }
        return value;
    }

    private static String averaged(Call call, Operand input, String value, int axis, long wanted) {
        long given = input.size(axis);
        int last = input.rank() - 1;
        if (axis == last - 1) {
            return call.op("MatMul", matrix(call, input, given, wanted, false), value)
                    .out();
        }
        String matrix = matrix(call, input, given, wanted, true);
        if (axis == last) {
            return call.op("MatMul", value, matrix).out();
        }
        List<Long> swapped =
                new ArrayList<>(LongStream.rangeClosed(0, last).boxed().toList());
        Collections.swap(swapped, axis, last);
        String turned = call.op("Transpose", value).with("perm", swapped).out();
        return call.op("Transpose", call.op("MatMul", turned, matrix).out())
                .with("perm", swapped)
                .out();
    }

    /** The share of each place in each window: a row a window, or a column where {@code turned}. */
    private static String matrix(Call call, Operand input, long given, long wanted, boolean turned) {
        double[] shares = new double[Math.toIntExact(given * wanted)];
        for (long window = 0; window < wanted; window++) {
            long start = start(window, given, wanted);
            long end = end(window, given, wanted);
            for (long place = start; place < end; place++) {
                long at = turned ? place * wanted + window : window * given + place;
                shares[Math.toIntExact(at)] = 1.0 / (end - start);
            }
        }
        return turned
                ? call.numbers(shares, input.type(), given, wanted)
                : call.numbers(shares, input.type(), wanted, given);
    }

    private static String maxima(Call call, String value, int axis, long given, long wanted) {
        List<String> windows = new ArrayList<>();
        for (long window = 0; window < wanted; window++) {
            String part = call.op(
                            "Slice",
                            value,
                            call.longs(start(window, given, wanted)),
                            call.longs(end(window, given, wanted)),
                            call.longs(axis))
                    .out();
            windows.add(call.op("ReduceMax", part, call.longs(axis)).out());
        }
        return windows.size() == 1
                ? windows.getFirst()
                : call.op("Concat", windows).with("axis", axis).out();
    }

    private static long start(long window, long given, long wanted) {
        return window * given / wanted;
    }

    private static long end(long window, long given, long wanted) {
        return ((window + 1) * given + wanted - 1) / wanted;
    }
}
