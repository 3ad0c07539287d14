package dev.octet.models;

import dev.octet.platform.Shapes;
import dev.octet.platform.api.model.TensorInfo;
import java.util.List;

/** Tensors in the contract's words. */
final class Tensors {
    private Tensors() {}

    static List<TensorInfo> answer(List<dev.octet.engine.scheme.TensorInfo> tensors) {
        return tensors.stream()
                .map(tensor -> new TensorInfo(tensor.name(), tensor.type(), Shapes.answer(tensor.shape())))
                .toList();
    }
}
