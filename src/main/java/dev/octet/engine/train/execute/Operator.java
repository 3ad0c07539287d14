package dev.octet.engine.train.execute;

import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/** What one ONNX operator computes, in differentiable functions of libtorch. */
@FunctionalInterface
interface Operator {

    /**
     * The outputs of one node, by position; those beyond the first may be left out where nobody reads them.
     *
     * @throws dev.octet.engine.scheme.EngineException MODEL_UNSUPPORTED for a form of the operator that there is no function for
     */
    List<Tensor> apply(Call call);

    /** An operator of one output. */
    static Operator one(Function<Call, Tensor> function) {
        return call -> List.of(function.apply(call));
    }

    /** An operator of one input and one output, with nothing to say about it. */
    static Operator map(Function<Tensor, Tensor> function) {
        return call -> List.of(function.apply(call.input(0)));
    }
}
