package dev.octet.engine.runtime;

import java.nio.FloatBuffer;

/** Sees every batch of every tapped value, in order. */
@FunctionalInterface
public interface TapListener {

    /**
     * Takes one batch of one value. For a batch the values come in the order they were asked for; batches come in the reader's
     * order; calls never overlap, though they may come from another thread than the one that runs the tap.
     *
     * @param value name of the value
     * @param shape the batch's shape, whose first dimension is the number of samples in it
     * @param values the elements, row-major, from position 0 to the limit; not to be used after the call
     */
    void accept(String value, long[] shape, FloatBuffer values);
}
