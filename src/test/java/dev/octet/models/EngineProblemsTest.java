package dev.octet.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.platform.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EngineProblemsTest {
    private final EngineProblems problems = new EngineProblems();

    @ParameterizedTest
    @EnumSource
    void everyFaultIsBlamedOnWhomTheEngineBlames(Fault fault) {
        ProblemException problem =
                problems.translate(new EngineException(fault, "why")).orElseThrow();
        assertThat(problem.kind().isUsers()).isEqualTo(fault.isUsers());
        assertThat(problem).hasMessage("why");
    }

    @Test
    void detailsKeepTheirPlaces() {
        ProblemException problem = problems.translate(new EngineException(
                        Fault.MODEL_MALFORMED,
                        "cut off",
                        List.of(new EngineException.Detail("model.onnx@17", "ends inside a field"))))
                .orElseThrow();
        assertThat(problem.errors())
                .containsExactly(new ProblemException.Entry("model.onnx@17", "ends inside a field"));
        assertThat(problem.code()).isEqualTo("MODEL_MALFORMED");
    }

    @Test
    void otherExceptionsAreLeftToOthers() {
        assertThat(problems.translate(new IllegalStateException())).isEmpty();
    }
}
