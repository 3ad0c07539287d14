package dev.octet.engine.train.learn;

import dev.octet.engine.train.execute.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.jspecify.annotations.Nullable;

/**
 * The places at which a run is cut for going backwards.
 *
 * <p>libtorch differentiates the operators between two cuts; at a cut the gradient is worked out here, with no tensors kept but what
 * went in and came out. Every value that more than one node reads has to be cut, so that what lies between cuts is a tree and is
 * gone through once.
 */
final class Tape implements AutoCloseable {

    /** Makes of the gradient behind a cut that of what is before it; null where there is none to hand on. */
    @FunctionalInterface
    interface Backward {
        @Nullable
        Tensor apply(Tensor gradient, Tensor before, Tensor after);
    }

    private record Cut(Tensor before, Tensor after, Backward backward) {
        void close() {
            before.close();
            after.close();
        }
    }

    private final List<Cut> cuts = new ArrayList<>();

    /** {@code value}, which has a gradient, as a leaf, so that all its readers' gradients are added up before they go on. */
    Tensor joint(Tensor value) {
        return cut(value, Parameter.leaf(value.detach()), (gradient, _, _) -> gradient);
    }

    /**
     * Cuts between {@code before} and {@code after}.
     *
     * @param after a leaf
     * @return {@code after}
     */
    Tensor cut(Tensor before, Tensor after, Backward backward) {
        cuts.add(new Cut(own(before), own(after), backward));
        return after;
    }

    /** A handle of this tape's own: the run lets go of others. */
    private static Tensor own(Tensor tensor) {
        return Tensors.kept(() -> new Tensor(tensor));
    }

    /** Goes back from {@code loss} through all cuts, the last first. */
    void backward(Tensor loss) {
        loss.backward();
        for (Cut cut : cuts.reversed()) {
            try (PointerScope _ = new PointerScope()) {
                Tensor gradient = cut.after().grad();
                if (gradient.defined()) {
                    Tensor before = cut.backward()
                            .apply(gradient, cut.before().detach(), cut.after().detach());
                    if (before != null && cut.before().requires_grad()) {
                        cut.before().backward(before, new BoolOptional(), false, new TensorArrayRefOptional());
                    }
                }
            }
            cut.close();
        }
        cuts.clear();
    }

    @Override
    public void close() {
        cuts.forEach(Cut::close);
        cuts.clear();
    }
}
