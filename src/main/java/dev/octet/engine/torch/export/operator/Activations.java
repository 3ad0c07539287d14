package dev.octet.engine.torch.export.operator;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.export.Aten;
import dev.octet.engine.torch.export.OnnxCall;
import dev.octet.engine.torch.export.Operand.OfTensor;
import dev.octet.engine.torch.export.Size;
import dev.octet.engine.torch.export.Translation;
import dev.octet.engine.torch.export.Translations;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;

/** Functions of one value, and of one row. */
final class Activations {

    /** Slope and offset of PyTorch's hard sigmoid. */
    private static final float SIXTH = 1 / 6f;

    private static final float HALF = 0.5f;

    private static final double SELU_ALPHA = 1.6732632423543772;
    private static final double SELU_GAMMA = 1.0507009873554805;

    private Activations() {}

    static void addTo(Translations translations) {
        plain(
                translations,
                "Relu relu, Sigmoid sigmoid, Tanh tanh, Exp exp, Log log, Sqrt sqrt, Erf erf, Neg neg, Abs abs");
        plain(
                translations,
                "Floor floor, Ceil ceil, Round round, Sin sin, Cos cos, Tan tan, Asin asin, Acos acos, Atan atan");
        plain(
                translations,
                "Sinh sinh, Cosh cosh, Asinh asinh, Acosh acosh, Atanh atanh, Reciprocal reciprocal, Sign sign");
        plain(translations, "Softplus softplus, HardSwish hardswish, Mish mish");
        translations
                .add(
                        "Not",
                        call -> call.give(call.aten("logical_not.default")
                                .tensor("self", call.tensor(0))
                                .outLike(call.tensor(0))))
                .add("Identity Dropout", call -> call.give(call.tensor(0)))
                .add("Cast", Activations::cast)
                .add(
                        "Gelu",
                        call -> call.give(call.aten("gelu.default")
                                .tensor("self", call.tensor(0))
                                .keyword()
                                .text("approximate", call.node().stringAttribute("approximate", "none"))
                                .outLike(call.tensor(0))))
                .add("Clip", Activations::clip)
                .add("HardSigmoid", Activations::hardSigmoid)
                .add("LeakyRelu", number("leaky_relu", "negative_slope", "alpha", 0.01f))
                .add("Elu", number("elu", "alpha", "alpha", 1))
                .add("Celu", number("celu", "alpha", "alpha", 1))
                .add("Selu", Activations::selu)
                .add("Softsign", Activations::softsign)
                .add("PRelu", Activations::prelu)
                .add("Softmax", row("softmax.int"))
                .add("LogSoftmax", row("log_softmax.int"));
    }

    private static void plain(Translations translations, String pairs) {
        for (String pair : pairs.split(", ", -1)) {
            String aten = pair.substring(pair.indexOf(' ') + 1) + ".default";
            translations.add(
                    pair.substring(0, pair.indexOf(' ')),
                    call -> call.give(
                            call.aten(aten).tensor("self", call.tensor(0)).outLike(call.tensor(0))));
        }
    }

    private static Translation number(String aten, String argument, String attribute, float otherwise) {
        return call -> call.give(call.aten(aten + ".default")
                .tensor("self", call.tensor(0))
                .number(argument, call.node().floatAttribute(attribute, otherwise))
                .outLike(call.tensor(0)));
    }

    private static Translation row(String aten) {
        return call -> call.give(call.aten(aten)
                .tensor("self", call.tensor(0))
                .whole(
                        "dim",
                        call.axis(call.attribute("axis", -1), call.tensor(0).rank()))
                .outLike(call.tensor(0)));
    }

    private static void cast(OnnxCall call) {
        ElementType type = ElementType.ofOnnxCode((int) call.attribute("to", 0))
                .filter(Activations::isKnown)
                .orElseThrow(() -> call.refuse("the type number " + call.attribute("to", 0)));
        call.give(call.cast(call.tensor(0), type));
    }

    private static boolean isKnown(ElementType type) {
        return switch (type) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16, INT64, INT32, INT16, INT8, UINT8, BOOL -> true;
            default -> false;
        };
    }

    private static void clip(OnnxCall call) {
        OfTensor input = call.tensor(0);
        boolean constant = (!call.has(1) || call.number(1).isPresent())
                && (!call.has(2) || call.number(2).isPresent());
        if (constant) {
            Aten aten = call.aten("clamp.default").tensor("self", input);
            bound(aten, "min", call.number(1), input);
            bound(aten, "max", call.number(2), input);
            call.give(call.has(1) || call.has(2) ? aten.outLike(input) : input);
            return;
        }
        call.give(call.aten("clamp.Tensor")
                .tensor("self", input)
                .optional("min", call.optional(1).orElse(null))
                .optional("max", call.optional(2).orElse(null))
                .outLike(input));
    }

    private static void bound(Aten aten, String name, OptionalDouble value, OfTensor input) {
        if (value.isEmpty()) {
            aten.none(name);
        } else if (input.type().isFloatingPoint()) {
            aten.number(name, value.getAsDouble());
        } else {
            aten.whole(name, (long) value.getAsDouble());
        }
    }

    private static void hardSigmoid(OnnxCall call) {
        OfTensor input = call.tensor(0);
        float alpha = call.node().floatAttribute("alpha", 0.2f);
        float beta = call.node().floatAttribute("beta", 0.5f);
        if (Math.abs(alpha - SIXTH) < 1e-6f && beta == HALF) {
            call.give(call.aten("hardsigmoid.default").tensor("self", input).outLike(input));
            return;
        }
        OfTensor scaled = call.aten("mul.Tensor")
                .tensor("self", input)
                .number("other", alpha)
                .outLike(input);
        OfTensor moved = call.aten("add.Tensor")
                .tensor("self", scaled)
                .number("other", beta)
                .outLike(input);
        call.give(call.aten("clamp.default")
                .tensor("self", moved)
                .number("min", 0)
                .number("max", 1)
                .outLike(input));
    }

    private static void selu(OnnxCall call) {
        float alpha = call.node().floatAttribute("alpha", (float) SELU_ALPHA);
        float gamma = call.node().floatAttribute("gamma", (float) SELU_GAMMA);
        call.give(call.aten("elu.default")
                .tensor("self", call.tensor(0))
                .number("alpha", alpha)
                .number("scale", gamma)
                .outLike(call.tensor(0)));
    }

    private static void softsign(OnnxCall call) {
        OfTensor input = call.tensor(0);
        OfTensor size = call.aten("abs.default").tensor("self", input).outLike(input);
        OfTensor more =
                call.aten("add.Tensor").tensor("self", size).number("other", 1).outLike(input);
        call.give(call.aten("div.Tensor")
                .tensor("self", input)
                .tensor("other", more)
                .outLike(input));
    }

    /** One slope for all, or one a channel along axis 1. */
    private static void prelu(OnnxCall call) {
        OfTensor input = call.tensor(0);
        OfTensor slope = call.tensor(1);
        List<Size> padded = new ArrayList<>(Collections.nCopies(Math.max(0, input.rank() - slope.rank()), Size.of(1)));
        padded.addAll(slope.sizes());
        for (int i = 0; i < padded.size(); i++) {
            if (i != 1 && !padded.get(i).is(1)) {
                throw call.refuse("slopes along axis " + i);
            }
        }
        Size channels = padded.size() > 1 ? padded.get(1) : Size.of(1);
        OfTensor list = call.aten("reshape.default")
                .tensor("self", slope)
                .sizes("shape", List.of(channels))
                .out(slope.type(), List.of(channels));
        call.give(call.aten("prelu.default")
                .tensor("self", input)
                .tensor("weight", list)
                .outLike(input));
    }
}
