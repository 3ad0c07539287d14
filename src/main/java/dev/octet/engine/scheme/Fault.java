package dev.octet.engine.scheme;

/** The closed list of reasons why the engine gives up. */
public enum Fault {
    /** The model file can't be read as what it claims to be. */
    MODEL_MALFORMED(true),
    /** The model is well formed but needs something the engine or its runtime does not have. */
    MODEL_UNSUPPORTED(true),
    /** The model holds quantization operators already. */
    MODEL_ALREADY_QUANTIZED(true),
    /** The dataset file can't be read as what it claims to be. */
    DATASET_MALFORMED(true),
    /** The dataset does not fit the model's inputs, or has no samples or no labels where they are needed. */
    DATASET_MISMATCH(true),
    /** A sample or label holds NaN or an infinity. */
    DATASET_NOT_FINITE(true),
    /** The request asks for what does not exist, is out of bounds or contradicts itself. */
    RECIPE_INVALID(true),
    /** Different inputs give the same output: the float model or the data is broken. */
    BASELINE_BROKEN(true),
    /** The float model gives NaN or an infinity on the given samples. */
    MODEL_NOT_FINITE(true),
    /** The emitted file did not behave as planned, so it is not handed out. */
    ARTIFACT_UNPROVEN(false),
    /** This machine lacks the native files that training needs. */
    TRAINING_UNAVAILABLE(true),
    /** Memory ran out. */
    OUT_OF_MEMORY(false),
    /** No room on the disk. */
    DISK_FULL(false),
    /** Reading or writing failed. */
    IO(false),
    /** The run was told to stop. */
    CANCELLED(false),
    /** A defect of the engine. */
    INTERNAL(false);

    private final boolean user;

    Fault(boolean user) {
        this.user = user;
    }

    /** Whether the caller can mend it by another upload or request; otherwise the service is to blame. */
    public boolean isUsers() {
        return user;
    }
}
