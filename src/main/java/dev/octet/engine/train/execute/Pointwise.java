package dev.octet.engine.train.execute;

import dev.octet.engine.scheme.ElementType;
import java.util.function.BinaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Operators that look at each element by itself. */
final class Pointwise {

    private Pointwise() {}

    static Operator pair(BinaryOperator<Tensor> function) {
        return Operator.one(call -> function.apply(call.input(0), call.input(1)));
    }

    /** Of two or more inputs, one after the other. */
    static Operator all(BinaryOperator<Tensor> function) {
        return Operator.one(call -> {
            Tensor result = new Tensor(call.input(0));
            for (int i = 1; i < call.inputs().size(); i++) {
                result = function.apply(result, call.input(i));
            }
            return result;
        });
    }

    /** Of integers, as ONNX has it, towards zero. */
    static Tensor div(Tensor a, Tensor b) {
        return torch.isFloatingType(a.scalar_type())
                ? a.div(b)
                : a.to(ScalarType.Double).div(b).trunc().to(a.scalar_type());
    }

    static Tensor clip(Call call) {
        return torch.clamp(call.input(0), bound(call, 1), bound(call, 2));
    }

    private static ScalarOptional bound(Call call, int i) {
        return call.has(i) ? new ScalarOptional(call.input(i).item()) : new ScalarOptional();
    }

    static Tensor leakyRelu(Call call) {
        return torch.leaky_relu(call.input(0), scalar(call, "alpha", 0.01f));
    }

    static Tensor elu(Call call) {
        return torch.elu(call.input(0), scalar(call, "alpha", 1), new Scalar(1.0), new Scalar(1.0));
    }

    static Tensor hardSigmoid(Call call) {
        Tensor line = call.input(0).mul(scalar(call, "alpha", 0.2f)).add(scalar(call, "beta", 0.5f));
        return torch.clamp(line, new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(1.0)));
    }

    static Tensor gelu(Call call) {
        return torch.gelu(call.input(0), call.node().stringAttribute("approximate", "none"));
    }

    static Tensor prelu(Call call) {
        Tensor input = call.input(0);
        Tensor negative = torch.minimum(input, torch.zeros_like(input)).mul(call.input(1));
        return torch.relu(input).add(negative);
    }

    /** Powers of integers and floats alike take the type of the base. */
    static Tensor pow(Tensor base, Tensor exponent) {
        return base.pow(exponent).to(base.scalar_type());
    }

    static Tensor cast(Call call) {
        int code = Math.toIntExact(call.node().intAttribute("to", 1));
        ScalarType type = ElementType.ofOnnxCode(code)
                .map(Tensors::scalarType)
                .orElseThrow(() -> call.unsupported("casts to a type unknown here"));
        return call.input(0).to(type);
    }

    static Tensor where(Call call) {
        return torch.where(call.input(0), call.input(1), call.input(2));
    }

    private static Scalar scalar(Call call, String attribute, float otherwise) {
        return new Scalar(call.node().floatAttribute(attribute, otherwise));
    }
}
