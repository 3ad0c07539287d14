package dev.octet.platform;

import dev.octet.platform.api.model.Problem;
import dev.octet.platform.api.model.ProblemError;
import java.util.List;

/** Writes problems in the contract's form, RFC 9457. */
public final class Problems {
    private Problems() {}

    /**
     * The problem as answers and failed jobs carry it.
     *
     * @param instance the request or job that it happened to, as a path
     * @param requestId name of the request, or of the job, in the log
     */
    public static Problem describe(ProblemException problem, String instance, String requestId) {
        ProblemKind kind = problem.kind();
        List<ProblemError> errors = problem.errors().stream()
                .map(entry -> new ProblemError(entry.path(), entry.message()))
                .toList();
        return new Problem(
                        "about:blank",
                        kind.title(),
                        kind.status(),
                        problem.code(),
                        requestId,
                        kind.retryAfter().isPresent(),
                        kind.isUsers() ? Problem.FaultEnum.USER : Problem.FaultEnum.SERVICE,
                        errors)
                .detail(problem.getMessage())
                .instance(instance);
    }
}
