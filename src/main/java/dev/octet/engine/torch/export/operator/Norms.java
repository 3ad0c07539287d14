package dev.octet.engine.torch.export.operator;

import dev.octet.engine.torch.export.OnnxCall;
import dev.octet.engine.torch.export.Operand.OfTensor;
import dev.octet.engine.torch.export.Translations;

/** Normalizations by given statistics or by those of the values themselves. */
final class Norms {

    private Norms() {}

    static void addTo(Translations translations) {
        translations
                .add("BatchNormalization", Norms::batch)
                .add("LayerNormalization", Norms::layer)
                .add("InstanceNormalization", Norms::instance);
    }

    private static void batch(OnnxCall call) {
        if (call.attribute("training_mode", 0) != 0) {
            throw call.refuse("it trains");
        }
        OfTensor input = call.tensor(0);
        call.give(call.aten("batch_norm.default")
                .tensor("input", input)
                .tensor("weight", call.tensor(1))
                .tensor("bias", call.tensor(2))
                .tensor("running_mean", call.tensor(3))
                .tensor("running_var", call.tensor(4))
                .flag("training", false)
                .number("momentum", 0)
                .number("eps", call.node().floatAttribute("epsilon", 1e-5f))
                .flag("cudnn_enabled", false)
                .outLike(input));
    }

    private static void layer(OnnxCall call) {
        OfTensor input = call.tensor(0);
        OfTensor scale = call.tensor(1);
        int axis = call.axis(call.attribute("axis", -1), input.rank());
        var normalized = input.sizes().subList(axis, input.rank());
        if (!scale.sizes().equals(normalized)) {
            throw call.refuse("a scale of other sizes than the normalized axes have");
        }
        call.give(call.aten("layer_norm.default")
                .tensor("input", input)
                .sizes("normalized_shape", normalized)
                .tensor("weight", scale)
                .optional("bias", call.optional(2).orElse(null))
                .number("eps", call.node().floatAttribute("epsilon", 1e-5f))
                .outLike(input));
    }

    private static void instance(OnnxCall call) {
        OfTensor input = call.tensor(0);
        call.give(call.aten("instance_norm.default")
                .tensor("input", input)
                .tensor("weight", call.tensor(1))
                .tensor("bias", call.tensor(2))
                .none("running_mean")
                .none("running_var")
                .flag("use_input_stats", true)
                .number("momentum", 0)
                .number("eps", call.node().floatAttribute("epsilon", 1e-5f))
                .flag("cudnn_enabled", false)
                .outLike(input));
    }
}
