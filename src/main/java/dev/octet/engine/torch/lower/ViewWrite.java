package dev.octet.engine.torch.lower;

/** How what is written to a view gets back into the tensor that it shows. */
@FunctionalInterface
public interface ViewWrite {

    /**
     * Emits nodes for {@code base} with {@code part} in the place that the view shows; the name of their result.
     *
     * @param view the call that made the view
     * @param result which of its results the view is, those of lists counted one by one
     * @throws dev.octet.engine.scheme.EngineException MODEL_UNSUPPORTED where that can't be done
     */
    String write(Call view, Operand base, Operand part, int result);
}
