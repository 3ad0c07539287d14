package dev.octet.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.api.model.JobState;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StateTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        QUEUED     | RUNNING,CANCELLED,EXPIRED
        RUNNING    | QUEUED,RUNNING,CANCELLING,SUCCEEDED,FAILED,EXPIRED
        CANCELLING | CANCELLED
        SUCCEEDED  | ''
        FAILED     | ''
        CANCELLED  | ''
        EXPIRED    | ''
        """)
    void eachStateLeadsWhereTheTableSays(State state, String next) {
        assertThat(Arrays.stream(State.values()).filter(state::leadsTo).map(State::name))
                .containsExactlyInAnyOrder(next.isEmpty() ? new String[0] : next.split(",", -1));
        assertThat(state.isLast()).isEqualTo(next.isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void whatComesBeforeIsTheSameTableReadBackwards(State state) {
        assertThat(state.before()).allMatch(before -> before.leadsTo(state));
        assertThat(Arrays.stream(State.values()).filter(before -> before.leadsTo(state)))
                .containsExactlyElementsOf(state.before());
    }

    @Test
    void theContractKnowsTheSameStates() {
        assertThat(Arrays.stream(State.values()).map(State::contract)).containsExactly(JobState.values());
    }
}
