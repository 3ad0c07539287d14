package dev.octet.engine.scheme;

/**
 * A closed interval of real values, finite at both ends.
 *
 * @param min lower end, in the tensor's own unit
 * @param max upper end, at least {@code min}
 */
public record Range(float min, float max) {

    public Range {
        if (!Float.isFinite(min) || !Float.isFinite(max) || min > max) {
            throw new IllegalArgumentException("not a finite range: [" + min + ", " + max + "]");
        }
    }

    /** The smallest range that holds both this one and {@code other}. */
    public Range union(Range other) {
        return new Range(Math.min(min, other.min), Math.max(max, other.max));
    }

    /** This range widened, where needed, so that it includes zero: the condition for an exact zero. */
    public Range withZero() {
        return new Range(Math.min(min, 0f), Math.max(max, 0f));
    }

    /** The largest absolute value in the range. */
    public float magnitude() {
        return Math.max(Math.abs(min), Math.abs(max));
    }
}
