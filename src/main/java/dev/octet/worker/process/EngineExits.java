package dev.octet.worker.process;

import dev.octet.engine.scheme.Fault;
import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemKind;
import dev.octet.worker.process.Ending.Broken;
import dev.octet.worker.process.Ending.Finished;
import dev.octet.worker.process.Ending.Refused;
import dev.octet.worker.process.Ending.Starved;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What exit codes and last words of an engine mean. */
public final class EngineExits {
    private static final int DONE = 0;
    private static final int HEAP_EXHAUSTED = 3;
    private static final int RECIPE_INVALID = 64;
    private static final int USERS_FAULT = 65;
    private static final int IO = 74;
    private static final int SIGNALS = 128;
    private static final List<String> SIGNAL_NAMES = List.of(
            "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
            "ALRM", "TERM");

    private EngineExits() {}

    /**
     * How a run ended that nobody stopped.
     *
     * @param code the exit code, 128 + n where by signal n
     * @param last the last of the engine's lines that says how it ended; null where it said nothing
     */
    public static Ending of(int code, @Nullable EngineLine last) {
        if (code == DONE) {
            return last instanceof EngineLine.Finished(var outcome)
                    ? new Finished(outcome)
                    : defect("ENGINE_FAILED", "the engine ended without saying that it finished");
        }
        return failure(code, last);
    }

    /**
     * How a run ended that did not end well.
     *
     * @param code the exit code, not 0
     * @param last as for {@link #of}
     */
    public static Ending failure(int code, @Nullable EngineLine last) {
        if (last instanceof EngineLine.Failed failed) {
            return failed(code, failed);
        }
        if (code > SIGNALS) {
            int signal = code - SIGNALS;
            String name = signal < SIGNAL_NAMES.size() ? " (SIG" + SIGNAL_NAMES.get(signal) + ")" : "";
            return broken("signal", "ENGINE_KILLED", "the engine was killed by signal " + signal + name);
        }
        return switch (code) {
            case HEAP_EXHAUSTED -> outOfMemory("the engine's Java heap ran out");
            case IO -> broken("io", "ENGINE_IO", "the engine could not read or write its files");
            default ->
                defect("ENGINE_FAILED", "the engine ended with exit code " + code + "; the job's log may say why");
        };
    }

    private static Ending failed(int code, EngineLine.Failed failed) {
        Fault fault = failed.fault();
        if (code == RECIPE_INVALID || code == USERS_FAULT || fault.isUsers()) {
            return new Refused(ProblemException.unprocessable(fault.name(), failed.message(), failed.details()));
        }
        return switch (fault) {
            case DISK_FULL -> new Starved(failed.message());
            case OUT_OF_MEMORY -> outOfMemory(failed.message());
            case IO -> broken("io", "ENGINE_IO", failed.message());
            default -> defect(fault.name(), failed.message());
        };
    }

    /** Memory ran out: the engine's own limit, or the worker's. */
    public static Broken outOfMemory(String message) {
        return broken("out_of_memory", "ENGINE_OUT_OF_MEMORY", message);
    }

    /** The engine printed nothing for too long. */
    public static Broken silent(String message) {
        return broken("silent", "ENGINE_HUNG", message);
    }

    /** The engine never ran. */
    public static Ending notStarted(Exception cause) {
        // Java has no exception of its own for a full disk.
        if (String.valueOf(cause.getMessage()).contains("No space left")) {
            return new Starved("there is no room on the worker's disk; the job waits for some");
        }
        return new Broken(
                "not_started",
                new ProblemException(
                                ProblemKind.INTERNAL,
                                "ENGINE_NOT_STARTED",
                                "the engine could not be started; the service's log says why",
                                List.of())
                        .causedBy(cause));
    }

    /** A fault of the engine itself. */
    public static Broken defect(String code, String message) {
        return new Broken("defect", new ProblemException(ProblemKind.INTERNAL, code, message, List.of()));
    }

    private static Broken broken(String reason, String code, String message) {
        return new Broken(reason, new ProblemException(ProblemKind.INTERNAL, code, message, List.of()));
    }
}
