package dev.octet.engine.train.execute;

import java.util.Arrays;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Operators that bring values to a common scale. */
final class Normalizations {

    private Normalizations() {}

    /** With the moments that the model remembers, as at inference. */
    static Tensor batch(Call call) {
        return torch.batch_norm(
                call.input(0),
                call.optional(1),
                call.optional(2),
                call.optional(3),
                call.optional(4),
                false,
                0,
                call.node().floatAttribute("epsilon", 1e-5f),
                false);
    }

    static Tensor layer(Call call) {
        Tensor input = call.input(0);
        int axis = Call.axis(call.node().intAttribute("axis", -1), input.dim());
        return torch.layer_norm(
                input,
                Arrays.copyOfRange(input.shape(), axis, Math.toIntExact(input.dim())),
                call.optional(1),
                call.optional(2),
                call.node().floatAttribute("epsilon", 1e-5f),
                false);
    }

    static Tensor instance(Call call) {
        return torch.instance_norm(
                call.input(0),
                call.optional(1),
                call.optional(2),
                new org.bytedeco.pytorch.TensorOptional(),
                new org.bytedeco.pytorch.TensorOptional(),
                true,
                0,
                call.node().floatAttribute("epsilon", 1e-5f),
                false);
    }

    static Tensor softmax(Call call) {
        return torch.softmax(call.input(0), call.node().intAttribute("axis", -1), new ScalarTypeOptional());
    }

    static Tensor logSoftmax(Call call) {
        return torch.log_softmax(call.input(0), call.node().intAttribute("axis", -1), new ScalarTypeOptional());
    }
}
