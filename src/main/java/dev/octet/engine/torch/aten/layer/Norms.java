package dev.octet.engine.torch.aten.layer;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Normalizations as they are at inference. */
public final class Norms {

    private static final double EPSILON = 1e-5;

    private Norms() {}

    public static void addTo(Operators operators) {
        operators
                .add("batch_norm", call -> batch(call, call.flag("training", false)))
                .add("native_batch_norm _native_batch_norm_legit", call -> batch(call, call.flag("training", false)))
                .add("_native_batch_norm_legit.no_stats", Norms::ownStatistics)
                .add("_native_batch_norm_legit_no_training cudnn_batch_norm", call -> batch(call, false))
                .add("layer_norm native_layer_norm", Norms::layer)
                .add("group_norm", call -> group(call, "num_groups"))
                .add("native_group_norm", call -> group(call.ignore("N", "C", "HxW"), "group"))
                .add("instance_norm", Norms::instance)
                .add("_weight_norm _weight_norm_interface", Norms::weights)
                .add("rms_norm _fused_rms_norm", Norms::rootMeanSquare);
    }

    private static void batch(Call call, boolean training) {
        call.ignore("momentum", "cudnn_enabled");
        if (training) {
            throw call.refuse("the model is in training mode; call model.eval() before torch.export.export");
        }
        Operand input = call.tensor("input");
        Operand mean = call.tensor("running_mean");
        Operand variance = call.tensor("running_var");
        call.give(List.of(call.op(
                        "BatchNormalization",
                        input.value(),
                        orFilled(call, "weight", mean, 1),
                        orFilled(call, "bias", mean, 0),
                        mean.value(),
                        variance.value())
                .with("epsilon", call.number("eps", EPSILON))
                .out()));
    }

    /** Without kept statistics, those of the input itself count: over all axes but the channels'. */
    private static void ownStatistics(Call call) {
        call.ignore("training", "momentum");
        Operand input = call.tensor("input");
        long[] axes =
                LongStream.range(0, input.rank()).filter(axis -> axis != 1).toArray();
        String mean = call.op("ReduceMean", input.value(), call.longs(axes)).out();
        String rest = call.op("Sub", input.value(), mean).out();
        String variance = call.op("ReduceMean", call.op("Mul", rest, rest).out(), call.longs(axes))
                .out();
        String shifted = call.op("Add", variance, call.filled(call.number("eps", EPSILON), input.type()))
                .out();
        String normal = call.op("Div", rest, call.op("Sqrt", shifted).out()).out();
        call.give(List.of(affine(call, normal, input.rank())));
    }

    /** The tensor in {@code name}; where it is left out, {@code otherwise} in the shape of {@code like}. */
    private static String orFilled(Call call, String name, Operand like, double otherwise) {
        return call.optionalTensor(name)
                .map(Operand::value)
                .orElseGet(() -> call.filled(
                        otherwise,
                        like.type(),
                        like.dims().stream().mapToLong(Dim::size).toArray()));
    }

    private static void layer(Call call) {
        call.ignore("cudnn_enable");
        Operand input = call.tensor("input");
        List<Long> shape = call.integers("normalized_shape");
        String scale = call.optionalTensor("weight")
                .map(Operand::value)
                .orElseGet(() -> call.filled(
                        1,
                        input.type(),
                        shape.stream().mapToLong(Long::longValue).toArray()));
        String bias = call.optionalTensor("bias").map(Operand::value).orElse("");
        call.give(List.of(call.op("LayerNormalization", input.value(), scale, bias)
                .with("axis", -shape.size())
                .with("epsilon", call.number("eps", EPSILON))
                .out()));
    }

    /** Each group is one channel of an instance normalization; scale and shift follow it. */
    private static void group(Call call, String groupsArgument) {
        call.ignore("cudnn_enabled");
        Operand input = call.tensor("input");
        long groups = call.integer(groupsArgument);
        String split =
                call.op("Reshape", input.value(), call.longs(0, groups, -1)).out();
        String normal = call.op(
                        "InstanceNormalization",
                        split,
                        call.filled(1, input.type(), groups),
                        call.filled(0, input.type(), groups))
                .with("epsilon", call.number("eps", EPSILON))
                .out();
        boolean free = input.dims().stream().filter(dim -> !dim.isKnown()).count() > 1;
        String shape = free
                ? call.op("Shape", input.value()).out()
                : call.longs(input.dims().stream()
                        .mapToLong(dim -> dim.isKnown() ? dim.size() : -1)
                        .toArray());
        String joined = call.op("Reshape", normal, shape).out();
        call.give(List.of(affine(call, joined, input.rank())));
    }

    /** {@code value} times weight plus bias along axis 1, as far as there are any. */
    private static String affine(Call call, String value, int rank) {
        String result = value;
        long[] axes = LongStream.range(1, rank - 1).toArray();
        Optional<Operand> weight = call.optionalTensor("weight");
        if (weight.isPresent()) {
            result = call.op("Mul", result, along(call, weight.get(), axes)).out();
        }
        Optional<Operand> bias = call.optionalTensor("bias");
        if (bias.isPresent()) {
            result = call.op("Add", result, along(call, bias.get(), axes)).out();
        }
        return result;
    }

    private static String along(Call call, Operand channels, long[] axes) {
        return axes.length == 0
                ? channels.value()
                : call.op("Unsqueeze", channels.value(), call.longs(axes)).out();
    }

    private static void instance(Call call) {
        if (!call.flag("use_input_stats", true)) {
            batch(call, false);
            return;
        }
        call.ignore("momentum", "cudnn_enabled", "running_mean", "running_var");
        Operand input = call.tensor("input");
        long channels = input.size(1);
        call.give(call.op(
                        "InstanceNormalization",
                        input.value(),
                        call.optionalTensor("weight")
                                .map(Operand::value)
                                .orElseGet(() -> call.filled(1, input.type(), channels)),
                        call.optionalTensor("bias")
                                .map(Operand::value)
                                .orElseGet(() -> call.filled(0, input.type(), channels)))
                .with("epsilon", call.number("eps", EPSILON))
                .out());
    }

    /** Weights of a direction and a length: v / |v| · g, the length along all axes but one. */
    private static void weights(Call call) {
        Operand v = call.tensor("v");
        int axis = call.axis("dim", 0, v.rank());
        long[] axes = LongStream.range(0, v.rank()).filter(a -> a != axis).toArray();
        String size = call.op("ReduceL2", v.value(), call.longs(axes)).out();
        String scale = call.op("Div", call.tensor("g").value(), size).out();
        call.give(List.of(call.op("Mul", v.value(), scale).out()));
    }

    /** In the form that the runtime fuses: x / sqrt(mean(x²) + ε) · w. */
    private static void rootMeanSquare(Call call) {
        Operand input = call.tensor("input");
        int count = call.integers("normalized_shape").size();
        double epsilon = call.number("eps", Math.ulp(1f));
        List<Long> axes = new ArrayList<>(Collections.nCopies(count, 0L));
        for (int i = 0; i < count; i++) {
            axes.set(i, (long) i - count);
        }
        String square =
                call.op("Pow", input.value(), call.filled(2, input.type())).out();
        String mean = call.op("ReduceMean", square, call.longs(axes)).out();
        String shifted =
                call.op("Add", mean, call.filled(epsilon, input.type())).out();
        String normal =
                call.op("Div", input.value(), call.op("Sqrt", shifted).out()).out();
        call.give(List.of(call.optionalTensor("weight")
                .map(weight -> call.op("Mul", normal, weight.value()).out())
                .orElse(normal)));
    }
}
