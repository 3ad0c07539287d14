package dev.octet.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.scheme.Fault;
import dev.octet.platform.api.model.JobOutcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EngineExitsTest {
    private static EngineLine.Failed failed(Fault fault) {
        return new EngineLine.Failed(fault, "why", List.of());
    }

    @Test
    void finishedNeedsBothTheWordAndTheCode() {
        assertThat(EngineExits.of(0, new EngineLine.Finished(JobOutcome.GOAL_MET)))
                .isEqualTo(new Ending.Finished(JobOutcome.GOAL_MET));
        assertThat(EngineExits.of(0, null).reason()).isEqualTo("defect");
        assertThat(EngineExits.of(0, failed(Fault.MODEL_MALFORMED)).reason()).isEqualTo("defect");
        assertThat(EngineExits.of(137, new EngineLine.Finished(JobOutcome.GOAL_MET))
                        .reason())
                .isEqualTo("signal");
    }

    @ParameterizedTest
    @EnumSource
    void everyFaultHasItsEnding(Fault fault) {
        Ending ending = EngineExits.of(fault.isUsers() ? 65 : 70, failed(fault));
        switch (fault) {
            case DISK_FULL -> assertThat(ending).isEqualTo(new Ending.Starved("why"));
            case OUT_OF_MEMORY -> assertThat(ending.reason()).isEqualTo("out_of_memory");
            case IO -> assertThat(ending.reason()).isEqualTo("io");
            case ARTIFACT_UNPROVEN, CANCELLED, INTERNAL ->
                assertThat(ending)
                        .isInstanceOfSatisfying(
                                Ending.Broken.class,
                                broken -> assertThat(broken.problem().code()).isEqualTo(fault.name()));
            default ->
                assertThat(ending)
                        .isInstanceOfSatisfying(
                                Ending.Refused.class,
                                refused -> assertThat(refused.problem().code()).isEqualTo(fault.name()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "137, 'the engine was killed by signal 9 (SIGKILL)'",
        "139, 'the engine was killed by signal 11 (SIGSEGV)'",
        "134, 'the engine was killed by signal 6 (SIGABRT)'",
        "192, 'the engine was killed by signal 64'"
    })
    void signalsAreNamed(int code, String message) {
        assertThat(EngineExits.of(code, null))
                .isInstanceOfSatisfying(
                        Ending.Broken.class,
                        broken -> assertThat(broken.problem().getMessage()).isEqualTo(message));
    }

    @ParameterizedTest
    @CsvSource({"3,out_of_memory", "70,defect", "74,io", "75,defect", "1,defect", "64,defect", "65,defect"})
    void codesWithoutAWordAreTriedAgain(int code, String reason) {
        assertThat(EngineExits.of(code, null)).isInstanceOf(Ending.Broken.class);
        assertThat(EngineExits.of(code, null).reason()).isEqualTo(reason);
    }
}
