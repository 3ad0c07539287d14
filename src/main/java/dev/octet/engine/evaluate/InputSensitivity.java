package dev.octet.engine.evaluate;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Watches whether a model's output depends on its input.
 *
 * <p>If every output over inputs that differ is the same to within {@value #TOLERANCE} of its largest magnitude, the
 * model or the data is broken, and no accuracy means anything. Keeps one output only.
 */
public final class InputSensitivity {

    private static final double TOLERANCE = 1e-6;

    private float @Nullable [] first;
    private long firstInput;
    private long different;
    private boolean sensitive;

    /**
     * Takes in the float model's output for one sample.
     *
     * @param inputDigest of all inputs of the sample, from {@link #digest}: equal inputs prove nothing
     */
    public void add(long inputDigest, float[] output) {
        if (first == null) {
            first = output.clone();
            firstInput = inputDigest;
        } else if (inputDigest != firstInput) {
            different++;
            sensitive = sensitive || differ(first, output);
        }
    }

    private static boolean differ(float[] one, float[] other) {
        if (one.length != other.length) {
            return true;
        }
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < one.length; i++) {
            largest = Math.max(largest, Math.abs((double) one[i]));
            difference = Math.max(difference, Math.abs((double) one[i] - other[i]));
        }
        return !(difference <= TOLERANCE * largest);
    }

    /** A 64-bit digest (FNV-1a) of the bytes left in {@code input}, continuing {@code digest}; start with 0. */
    public static long digest(long digest, ByteBuffer input) {
        long hash = digest ^ 0xcbf29ce484222325L;
        for (int i = input.position(); i < input.limit(); i++) {
            hash = (hash ^ (input.get(i) & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    /**
     * Whether the output moved with the input; true as well where no two inputs differed, since then nothing is known
     * against it.
     */
    public boolean dependsOnInput() {
        return sensitive || different == 0;
    }

    /**
     * Refuses a model whose output doesn't move.
     *
     * @throws EngineException BASELINE_BROKEN
     */
    public void require() {
        if (!dependsOnInput()) {
            throw new EngineException(
                    Fault.BASELINE_BROKEN,
                    "the float model gives the same output for " + (different + 1)
                            + " samples whose inputs differ: the model is broken, or the data or its preprocessing"
                            + " does not fit it");
        }
    }
}
