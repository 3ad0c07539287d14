package dev.octet.engine.scheme;

/** Which of the candidates that meet the objective to keep. */
public enum Preference {
    /** The one of least latency. */
    FASTEST,
    /** The one of the smallest file. */
    SMALLEST,
    /** The one closest to the float model that is still faster than it. */
    MOST_ACCURATE
}
