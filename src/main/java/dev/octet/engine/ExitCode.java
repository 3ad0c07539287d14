package dev.octet.engine;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;

/** How the engine's process ends, in numbers that others can act on (sysexits.h where it has one). */
enum ExitCode {
    /** The run finished; its outcome may still say that the goal was not met. */
    FINISHED(0),
    /** The command line or the recipe is wrong. */
    USAGE(64),
    /** The model or the data is to blame. */
    USERS_FAULT(65),
    /** A defect of the engine, or an artifact that could not be proven. */
    DEFECT(70),
    /** Reading or writing failed, or the disk is full. */
    INPUT_OUTPUT(74),
    /** The process that started this one is gone. */
    PARENT_GONE(75),
    /** The run was told to stop. */
    CANCELLED(76),
    /** The heap is exhausted; also what -XX:+ExitOnOutOfMemoryError ends with. */
    OUT_OF_MEMORY(3);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Tells a person on standard error why a run failed; what the process ends with. */
    static ExitCode told(EngineException e) {
        System.err.println(e.fault() + ": " + e.getMessage());
        e.details().forEach(detail -> System.err.println("  " + detail.path() + ": " + detail.message()));
        return of(e.fault());
    }

    static ExitCode of(Fault fault) {
        return switch (fault) {
            case RECIPE_INVALID -> USAGE;
            case MODEL_MALFORMED,
                    MODEL_UNSUPPORTED,
                    MODEL_ALREADY_QUANTIZED,
                    DATASET_MALFORMED,
                    DATASET_MISMATCH,
                    DATASET_NOT_FINITE,
                    BASELINE_BROKEN,
                    MODEL_NOT_FINITE,
                    TRAINING_UNAVAILABLE -> USERS_FAULT;
            case ARTIFACT_UNPROVEN, INTERNAL -> DEFECT;
            case DISK_FULL, IO -> INPUT_OUTPUT;
            case CANCELLED -> ExitCode.CANCELLED;
            case OUT_OF_MEMORY -> ExitCode.OUT_OF_MEMORY;
        };
    }
}
