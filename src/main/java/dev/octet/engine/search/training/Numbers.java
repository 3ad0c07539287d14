package dev.octet.engine.search.training;

import dev.octet.engine.runtime.OutputView;
import java.util.List;

/** One output of one run of a model. */
final class Numbers {
    private final float[] values;
    private final List<Long> shape;

    private Numbers(float[] values, List<Long> shape) {
        this.values = values;
        this.shape = shape;
    }

    /** A copy of {@code view}, which is gone with the next run. */
    static Numbers of(OutputView view) {
        return new Numbers(view.copy(), List.copyOf(view.shape()));
    }

    /** Row-major. */
    float[] values() {
        return values;
    }

    /** The extent of that axis. */
    int dim(int axis) {
        return Math.toIntExact(shape.get(axis));
    }

    /** The extent of the last axis; 1 where there is none. */
    int width() {
        return shape.isEmpty() ? 1 : Math.toIntExact(shape.getLast());
    }
}
