package dev.octet.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import org.junit.jupiter.api.Test;

class PoolingTest {

    private static final float[] STATES = {3, 4, 1, 0, 100, 100};

    @Test
    void meanLeavesOutWhatTheMaskLeavesOut() {
        float[] pooled = Pooling.MEAN.pool(STATES, 3, 2, new long[] {1, 1, 0});
        double norm = Math.sqrt(32);
        assertThat(pooled).containsExactly((float) (4 / norm), (float) (4 / norm));
        float[] all = Pooling.MEAN.pool(STATES, 3, 2, null);
        assertThat(all[0] * all[0] + all[1] * all[1]).isCloseTo(1, within(1e-6f));
        assertThat(all[0]).isCloseTo((float) (104 / Math.hypot(104, 104)), within(1e-6f));
    }

    @Test
    void clsIsTheFirstStateAtLengthOne() {
        assertThat(Pooling.CLS.pool(STATES, 3, 2, new long[] {1, 1, 0})).containsExactly(0.6f, 0.8f);
    }

    @Test
    void noPoolingCopiesTheStates() {
        assertThat(Pooling.NONE.pool(STATES, 3, 2, null)).isEqualTo(STATES).isNotSameAs(STATES);
    }

    @Test
    void zerosStayZerosAndNanStaysVisible() {
        assertThat(Pooling.MEAN.pool(new float[4], 2, 2, null)).containsExactly(0, 0);
        assertThat(Pooling.MEAN.pool(new float[] {Float.NaN, 1}, 1, 2, null)).contains(Float.NaN);
    }

    @Test
    void aMaskWithoutATokenIsRefused() {
        assertThatThrownBy(() -> Pooling.MEAN.pool(STATES, 3, 2, new long[3]))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.DATASET_MISMATCH));
        assertThatThrownBy(() -> Pooling.MEAN.pool(STATES, 2, 2, null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Pooling.MEAN.pool(STATES, 3, 2, new long[2]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
