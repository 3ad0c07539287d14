package dev.octet.engine.torch.aten.layer;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Scaled dot-product attention as products with a Softmax between (Vaswani et al., Attention Is All You Need, 2017, arXiv 1706.03762).
 *
 * <pre>
 * q, Transpose(k) -> MatMul -> Div(1/scale) -> [Add or Where: mask] -> Softmax;  with v -> MatMul
 * </pre>
 *
 * <p>The two products are what gets quantized. What is masked gets the lowest finite number in the place of minus infinity, which
 * weighs as little and does not spread as NaN.
 */
public final class Attention {

    private Attention() {}

    public static void addTo(Operators operators) {
        operators
                .add("scaled_dot_product_attention", Attention::whole)
                .add(
                        "_scaled_dot_product_flash_attention_for_cpu _scaled_dot_product_flash_attention"
                                + " _scaled_dot_product_efficient_attention _scaled_dot_product_attention_math"
                                + " _scaled_dot_product_attention_math_for_mps"
                                + " _scaled_dot_product_fused_attention_overrideable",
                        Attention::whole);
    }

    private static void whole(Call call) {
        call.ignore("return_debug_mask", "compute_log_sumexp", "dropout_mask");
        if (call.number("dropout_p", 0) != 0) {
            throw call.refuse("it drops out; call model.eval() before torch.export.export");
        }
        Operand query = call.tensor("query");
        Operand key = call.tensor("key");
        Operand value = call.tensor("value");
        boolean grouped = call.flag("enable_gqa", false);
        String k = grouped ? repeated(call, key, query) : key.value();
        String v = grouped ? repeated(call, value, query) : value.value();
        List<Long> turn = new java.util.ArrayList<>(
                LongStream.range(0, key.rank()).boxed().toList());
        java.util.Collections.swap(turn, key.rank() - 1, key.rank() - 2);
        String scores = call.op(
                        "MatMul",
                        query.value(),
                        call.op("Transpose", k).with("perm", turn).out())
                .out();
        double scale = call.number("scale", 1 / Math.sqrt((double) query.size(query.rank() - 1)));
        String scaled =
                call.op("Div", scores, call.filled(1 / scale, query.type())).out();
        String mask = boolMask(call, query, key);
        String masked = mask.isEmpty()
                ? added(call, scaled)
                : call.op("Where", mask, scaled, lowest(call, query.type())).out();
        String weights = call.op("Softmax", masked).with("axis", -1).out();
        if (!mask.isEmpty() && call.has("attn_mask")) {
            // A row of which nothing may be seen gives zeros.
            weights = call.op("Where", mask, weights, call.filled(0, query.type()))
                    .out();
        }
        call.give(List.of(call.op("MatMul", weights, v).out()));
    }

    private static String added(Call call, String scores) {
        return call.optionalTensor("attn_mask")
                .map(mask -> call.op("Add", scores, mask.value()).out())
                .orElse(scores);
    }

    /** What may be seen, as truth values; empty where the mask is added or there is none. */
    private static String boolMask(Call call, Operand query, Operand key) {
        Optional<Operand> mask = call.optionalTensor("attn_mask");
        boolean causal = call.flag("is_causal", false);
        if (causal && mask.isPresent()) {
            throw call.malformed("has a mask and is causal");
        }
        if (causal) {
            String rows = places(call, query, 1);
            String columns = places(call, key, 0);
            return call.op("LessOrEqual", columns, rows).out();
        }
        return mask.filter(m -> m.type() == ElementType.BOOL)
                .map(Operand::value)
                .orElse("");
    }

    /** The numbers 0, 1, … of the places along the axis before the last, with an axis of one added at {@code axis}. */
    private static String places(Call call, Operand of, long axis) {
        int at = of.rank() - 2;
        Dim dim = of.dims().get(at);
        String count = dim.isKnown()
                ? call.whole(dim.size(), ElementType.INT64)
                : call.op(
                                "Squeeze",
                                call.op("Shape", of.value())
                                        .with("start", at)
                                        .with("end", at + 1)
                                        .out(),
                                call.longs(0))
                        .out();
        String range = call.op("Range", call.filled(0, ElementType.INT64), count, call.filled(1, ElementType.INT64))
                .out();
        return call.op("Unsqueeze", range, call.longs(axis)).out();
    }

    private static String lowest(Call call, ElementType type) {
        return call.filled(type == ElementType.FLOAT16 ? -65504 : -Float.MAX_VALUE / 2, type);
    }

    /** Each head of {@code few} as often as the query has heads for it. */
    private static String repeated(Call call, Operand few, Operand query) {
        int axis = few.rank() - 3;
        long times = query.size(axis) / Math.max(1, few.size(axis));
        if (times <= 1) {
            return few.value();
        }
        String spread = call.op("Unsqueeze", few.value(), call.longs(axis + 1)).out();
        long[] ones = new long[few.rank() + 1];
        java.util.Arrays.fill(ones, 1);
        ones[axis + 1] = times;
        String copies = call.op("Expand", spread, call.longs(ones)).out();
        long[] shape = new long[few.rank()];
        shape[axis] = query.size(axis);
        String joined = axis == 0 ? "" : call.longs(shape);
        if (joined.isEmpty() || few.rank() != 4) {
            throw call.refuse("grouped heads of rank " + few.rank());
        }
        // Sizes behind the joined axis moved by one place: they are named by what is known of them, the last is what is
        // left.
        shape[axis + 1] = few.size(axis + 1);
        shape[axis + 2] = few.size(axis + 2);
        if (shape[axis + 1] < 0 && shape[axis + 2] < 0) {
            throw call.refuse("grouped heads of unknown sizes");
        }
        return call.op("Reshape", copies, call.longs(shape)).out();
    }
}
