package dev.octet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.api.model.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemsTest {
    @ParameterizedTest
    @EnumSource
    void everyKindIsWholeAndSaysWhoseFaultItIs(ProblemKind kind) {
        Problem problem = Problems.describe(new ProblemException(kind, "CODE", "detail", List.of()), "/v1/x", "r1");
        assertThat(problem.getStatus()).isEqualTo(kind.status()).isBetween(400, 599);
        assertThat(problem.getTitle()).isNotBlank();
        assertThat(problem.getFault())
                .isEqualTo(kind.status() < 500 ? Problem.FaultEnum.USER : Problem.FaultEnum.SERVICE);
        assertThat(problem.getRetryable()).isEqualTo(kind.retryAfter().isPresent());
        assertThat(problem.getErrors()).isEmpty();
        assertThat(problem.getInstance()).isEqualTo("/v1/x");
        assertThat(problem.getRequestId()).isEqualTo("r1");
    }

    @Test
    void faultsKeepTheirPlaces() {
        Problem problem = Problems.describe(
                ProblemException.unprocessable(
                        "INVALID_BODY",
                        "two faults",
                        List.of(
                                new ProblemException.Entry("a.b[0]", "must be 1"),
                                new ProblemException.Entry("c", "is missing"))),
                "/v1/jobs",
                "r2");
        assertThat(problem.getErrors())
                .extracting(error -> error.getPath() + " " + error.getMessage())
                .containsExactly("a.b[0] must be 1", "c is missing");
        assertThat(problem.getDetail()).isEqualTo("two faults");
    }

    @Test
    void causeAndHeadersAddUp() {
        Exception cause = new IllegalStateException("why");
        ProblemException problem = ProblemException.conflict("X", "y")
                .causedBy(cause)
                .withHeader("A", "1")
                .withHeader("B", "2");
        assertThat(problem).hasCause(cause).hasMessage("y");
        assertThat(problem.headers()).containsEntry("A", "1").containsEntry("B", "2");
    }
}
