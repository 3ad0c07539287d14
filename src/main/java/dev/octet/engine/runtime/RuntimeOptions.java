package dev.octet.engine.runtime;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a model is opened: optimization, threads, traces.
 *
 * @param optimization what the runtime may do to the graph before it runs
 * @param threads threads inside one operator, 1 or more
 * @param literalQdq executes QuantizeLinear and DequantizeLinear as written, never fusing them into integer kernels: the reference
 *     for checking a quantized file
 * @param planned lays all activations out in one block once it has seen a run, the runtime's default: a little faster, but what
 *     the first run took is kept beside it, so that the model takes twice the memory
 * @param optimizedModel file to write the graph to as it will run, weights beside it; null for none
 * @param profilePrefix beginning of the path of a trace of each node's time; null for none
 */
public record RuntimeOptions(
        Optimization optimization,
        int threads,
        boolean literalQdq,
        boolean planned,
        @Nullable Path optimizedModel,
        @Nullable Path profilePrefix) {

    /** What the runtime may do to the graph before it runs. */
    public enum Optimization {
        /** Nothing: nodes run one by one, as written. */
        NONE,
        /** Constants folded, useless nodes removed; operators stay those of the file. */
        BASIC,
        /** Everything: fused, laid out for this processor, on integer kernels where the file allows it. */
        ALL
    }

    public RuntimeOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("threads " + threads);
        }
    }

    /** As a model is run for what it computes: all optimizations, {@code threads} threads. */
    public static RuntimeOptions optimized(int threads) {
        return new RuntimeOptions(Optimization.ALL, threads, false, false, null, null);
    }

    /** As a model is run by those who get it, for measuring time and memory: the runtime's defaults, {@code threads} threads. */
    public static RuntimeOptions deployed(int threads) {
        return new RuntimeOptions(Optimization.ALL, threads, false, true, null, null);
    }

    /** As a file is checked: all optimizations but those that fuse quantization away. */
    public static RuntimeOptions literal(int threads) {
        return new RuntimeOptions(Optimization.ALL, threads, true, false, null, null);
    }

    /** Node by node as written. */
    public static RuntimeOptions unoptimized(int threads) {
        return new RuntimeOptions(Optimization.NONE, threads, false, false, null, null);
    }

    /** The same, writing the graph as it will run to {@code file}. */
    public RuntimeOptions savingOptimized(Path file) {
        return new RuntimeOptions(optimization, threads, literalQdq, planned, file, profilePrefix);
    }

    /** The same, writing a trace to a file whose path begins with {@code prefix}. */
    public RuntimeOptions profiling(Path prefix) {
        return new RuntimeOptions(optimization, threads, literalQdq, planned, optimizedModel, prefix);
    }
}
