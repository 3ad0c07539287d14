package dev.octet.engine.train.learn;

import dev.octet.engine.train.execute.Tensors;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** The state of all parameters at one moment. */
final class Snapshot implements AutoCloseable {

    private final List<Tensor> shares;

    private Snapshot(List<Tensor> shares) {
        this.shares = shares;
    }

    /** A copy of {@code parameters} as they are. */
    static Snapshot of(List<Parameter> parameters) {
        return new Snapshot(parameters.stream()
                .map(parameter -> Tensors.kept(() -> parameter.share().detach().clone()))
                .toList());
    }

    /** One that {@code shares}, owned by it from now on, make. */
    static Snapshot taking(List<Tensor> shares) {
        return new Snapshot(shares);
    }

    /** Brings {@code parameters} back to this state. */
    void restore(List<Parameter> parameters) {
        try (NoGradGuard _ = new NoGradGuard()) {
            for (int i = 0; i < shares.size(); i++) {
                parameters.get(i).share().copy_(shares.get(i));
            }
        }
    }

    List<Tensor> shares() {
        return shares;
    }

    @Override
    public void close() {
        shares.forEach(Tensor::close);
    }
}
