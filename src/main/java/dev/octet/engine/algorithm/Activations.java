package dev.octet.engine.algorithm;

import dev.octet.engine.graph.Model;
import java.nio.FloatBuffer;
import java.util.Collection;

/** Runs models over samples for their inner values: the one port through which algorithms see data. */
public interface Activations {

    /** Sees every batch of every value that was asked for, in order; calls never overlap. */
    @FunctionalInterface
    interface Listener {

        /**
         * Takes one batch of one value.
         *
         * @param value its name
         * @param first index of the batch's first sample, the same for the same samples in every run
         * @param shape the batch's shape, whose first dimension is the number of samples in it
         * @param values the elements, row-major, from position 0 to the limit; not to be used after the call
         */
        void accept(String value, long first, long[] shape, FloatBuffer values);
    }

    /** Number of samples in each run. */
    long samples();

    /**
     * Runs {@code model} over the samples.
     *
     * @param values floating-point inputs, inner values or outputs of the model, each once; what they do not need is not run
     * @throws dev.octet.engine.scheme.EngineException MODEL_UNSUPPORTED where the runtime refuses the model or a value is no
     *     floating-point tensor
     */
    void run(Model model, Collection<String> values, Listener listener);
}
