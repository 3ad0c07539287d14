package dev.octet.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.scheme.Fault;
import dev.octet.platform.ProblemException.Entry;
import dev.octet.platform.api.model.JobOutcome;
import dev.octet.platform.api.model.JobPhase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineLineTest {
    @Test
    void aTrialIsHandedOnAsItIsIfItIsAnObject() {
        assertThat(EngineLine.parse("{\"event\":\"trial\",\"trial\":{\"number\":1}}"))
                .isInstanceOfSatisfying(
                        EngineLine.TrialDone.class,
                        line -> assertThat(line.trial().path("number").asInt()).isOne());
        assertThat(EngineLine.parse("{\"event\":\"trial\",\"trial\":[1]}")).isInstanceOf(EngineLine.Other.class);
    }

    @Test
    void linesAsAgreedAreRead() {
        assertThat(
                        EngineLine.parse(
                                "{\"event\":\"progress\",\"phase\":\"CALIBRATING\",\"done\":12,\"total\":512,\"message\":\"m\"}"))
                .isEqualTo(new EngineLine.Step(JobPhase.CALIBRATING, 12, 512L, "m"));
        assertThat(EngineLine.parse(
                        "{\"event\":\"progress\",\"phase\":\"SEARCHING\",\"done\":3,\"total\":0,\"message\":\"\"}"))
                .isEqualTo(new EngineLine.Step(JobPhase.SEARCHING, 3, null, null));
        assertThat(EngineLine.parse("{\"event\":\"finished\",\"outcome\":\"NO_SPEEDUP\"}"))
                .isEqualTo(new EngineLine.Finished(JobOutcome.NO_SPEEDUP));
        assertThat(EngineLine.parse(
                        "{\"event\":\"failed\",\"fault\":\"DISK_FULL\",\"usersFault\":false,\"message\":\"full\","
                                + "\"details\":[{\"path\":\"p\",\"message\":\"d\"}]}"))
                .isEqualTo(new EngineLine.Failed(Fault.DISK_FULL, "full", List.of(new Entry("p", "d"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "12",
                "plain words",
                "{\"event\":\"progress\"}",
                "{\"event\":\"progress\",\"phase\":\"CALIBRATING\",\"done\":-1,\"total\":2}",
                "{\"event\":\"progress\",\"phase\":\"CALIBRATING\",\"done\":3,\"total\":2}",
                "{\"event\":\"progress\",\"phase\":\"CALIBRATING\",\"done\":\"x\",\"total\":2}",
                "{\"event\":\"progress\",\"phase\":\"calibrating\",\"done\":1,\"total\":2}",
                "{\"event\":\"finished\",\"outcome\":1}",
                "{\"event\":\"finished\"}",
                "{\"event\":\"failed\",\"fault\":\"MOOD\",\"message\":\"m\"}",
                "{\"event\":\"failed\",\"fault\":\"IO\",\"message\":\"m\",\"details\":[{\"path\":\"p\"}]}",
                "{\"event\":\"promoted\",\"to\":\"root\"}",
                "{\"event\":\"finished\",\"outcome\":\"GOAL_MET\"} trailing {"
            })
    void anythingElseIsOnlyText(String line) {
        assertThat(EngineLine.parse(line)).isEqualTo(new EngineLine.Other(line));
    }

    @Test
    void longTextsAreCutAndManyDetailsDropped() {
        String details = "{\"path\":\"p\",\"message\":\"d\"},".repeat(500);
        EngineLine line = EngineLine.parse("{\"event\":\"failed\",\"fault\":\"IO\",\"message\":\"\\u0000"
                + "m".repeat(50_000) + "\",\"details\":[" + details.substring(0, details.length() - 1) + "]}");
        assertThat(line).isInstanceOfSatisfying(EngineLine.Failed.class, failed -> {
            assertThat(failed.message()).startsWith("mmm").hasSize(EngineLine.MESSAGE + 1);
            assertThat(failed.details()).hasSize(EngineLine.DETAILS);
        });
    }
}
