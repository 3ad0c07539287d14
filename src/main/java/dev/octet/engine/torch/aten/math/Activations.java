package dev.octet.engine.torch.aten.math;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Lowering;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import dev.octet.engine.torch.program.Argument;

/** Activation functions. */
public final class Activations {

    /** Above this times beta, PyTorch takes softplus for the identity. */
    private static final double SOFTPLUS_THRESHOLD = 20;

    private static final double SELU_ALPHA = 1.6732632423543772;
    private static final double SELU_SCALE = 1.0507009873554805;
    private static final double LEAKY_SLOPE = 0.01;

    private Activations() {}

    public static void addTo(Operators operators) {
        operators
                .add("relu", plain("Relu"))
                .add("relu6", call -> call.give(clipped(call, 0, 6)))
                .add("hardtanh", Activations::hardtanh)
                .add("hardswish", plain("HardSwish"))
                .add("hardsigmoid", Activations::hardsigmoid)
                .add("silu", Activations::silu)
                .add("mish", plain("Mish"))
                .add("gelu", Activations::gelu)
                .add("elu", Activations::elu)
                .add(
                        "celu",
                        call -> call.give(call.op("Celu", self(call))
                                .with("alpha", call.number("alpha", 1))
                                .out()))
                .add(
                        "selu",
                        call -> call.give(call.op("Selu", self(call))
                                .with("alpha", SELU_ALPHA)
                                .with("gamma", SELU_SCALE)
                                .out()))
                .add(
                        "leaky_relu",
                        call -> call.give(call.op("LeakyRelu", self(call))
                                .with("alpha", call.number("negative_slope", LEAKY_SLOPE))
                                .out()))
                .add("prelu _prelu_kernel", Activations::prelu)
                .add("softplus", Activations::softplus)
                .add("softsign", plain("Softsign"))
                .add("log_sigmoid log_sigmoid_forward", Activations::logSigmoid)
                .add("softmax _softmax _safe_softmax special_softmax", call -> alongAxis(call, "Softmax"))
                .add("log_softmax _log_softmax special_log_softmax", call -> alongAxis(call, "LogSoftmax"))
                .add("glu", Activations::glu);
    }

    private static Lowering plain(String op) {
        return call -> call.give(call.op(op, self(call)).out());
    }

    private static String self(Call call) {
        return Numbers.as(call, "self", call.result().type());
    }

    private static void hardtanh(Call call) {
        call.give(clipped(call, call.number("min_val", -1), call.number("max_val", 1)));
    }

    private static String clipped(Call call, double low, double high) {
        ElementType type = call.result().type();
        return call.op("Clip", self(call), call.filled(low, type), call.filled(high, type))
                .out();
    }

    private static void hardsigmoid(Call call) {
        call.give(call.op("HardSigmoid", self(call))
                .with("alpha", 1.0 / 6)
                .with("beta", 0.5)
                .out());
    }

    private static void silu(Call call) {
        String x = self(call);
        call.give(call.op("Mul", x, call.op("Sigmoid", x).out()).out());
    }

    private static void gelu(Call call) {
        String approximate = call.text("approximate", "none");
        call.give(call.op("Gelu", self(call)).with("approximate", approximate).out());
    }

    private static void elu(Call call) {
        double scale = call.number("scale", 1);
        double inner = call.number("input_scale", 1);
        if (scale != 1 || inner != 1) {
            if (inner != 1) {
                throw call.refuse("its argument 'input_scale' of " + inner);
            }
            call.give(call.op("Selu", self(call))
                    .with("alpha", call.number("alpha", 1))
                    .with("gamma", scale)
                    .out());
            return;
        }
        call.give(call.op("Elu", self(call))
                .with("alpha", call.number("alpha", 1))
                .out());
    }

    private static void prelu(Call call) {
        Operand input = call.tensor("self");
        Operand weight = call.tensor("weight");
        String slope = weight.value();
        if (weight.rank() == 1 && input.rank() > 2) {
            long[] axes = java.util.stream.LongStream.range(1, input.rank() - 1).toArray();
            slope = call.op("Unsqueeze", slope, call.longs(axes)).out();
        }
        call.give(call.op("PRelu", input.value(), slope).out());
    }

    private static void softplus(Call call) {
        double beta = call.number("beta", 1);
        double threshold = call.number("threshold", SOFTPLUS_THRESHOLD);
        ElementType type = call.result().type();
        if (threshold < SOFTPLUS_THRESHOLD) {
            throw call.refuse("its argument 'threshold' of " + threshold);
        }
        String x = self(call);
        if (beta == 1) {
            call.give(call.op("Softplus", x).out());
            return;
        }
        String inner = call.op("Mul", x, call.filled(beta, type)).out();
        call.give(call.op("Div", call.op("Softplus", inner).out(), call.filled(beta, type))
                .out());
    }

    private static void logSigmoid(Call call) {
        String negative = call.op("Neg", self(call)).out();
        call.give(java.util.List.of(
                call.op("Neg", call.op("Softplus", negative).out()).out()));
    }

    private static void alongAxis(Call call, String op) {
        call.ignore("half_to_float");
        ElementType type = call.result().type();
        if (call.argument("dtype") instanceof Argument.OfType(ElementType asked) && asked != type) {
            throw call.malformed("gives " + type + " where " + asked + " is asked for");
        }
        int axis = call.axis("dim", 0, call.result().rank());
        call.give(call.op(op, self(call)).with("axis", axis).out());
    }

    private static void glu(Call call) {
        Operand input = call.tensor("self");
        int axis = call.axis("dim", -1, input.rank());
        var halves = call.op("Split", input.value())
                .with("axis", axis)
                .with("num_outputs", 2)
                .outs(2);
        call.give(
                call.op("Mul", halves.get(0), call.op("Sigmoid", halves.get(1)).out())
                        .out());
    }
}
