package dev.octet.uploads;

import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemKind;
import java.util.List;

/**
 * Why an upload that was whole was not taken, told again to whoever asks.
 *
 * @param kind which of the closed list
 * @param code for programs
 * @param message what happened, where, and what to do
 * @param errors every fault found
 */
record Refusal(ProblemKind kind, String code, String message, List<ProblemException.Entry> errors) {
    static Refusal of(ProblemException problem) {
        return new Refusal(problem.kind(), problem.code(), problem.getMessage(), problem.errors());
    }

    ProblemException problem() {
        return new ProblemException(kind, code, message, errors);
    }
}
