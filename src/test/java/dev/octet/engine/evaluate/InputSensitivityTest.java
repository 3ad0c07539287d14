package dev.octet.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class InputSensitivityTest {

    private static long digest(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        for (int value : values) {
            bytes.putInt(value);
        }
        return InputSensitivity.digest(0, bytes.flip());
    }

    @Test
    void theSameOutputForDifferentInputsIsRefused() {
        InputSensitivity watch = new InputSensitivity();
        watch.add(digest(1), new float[] {10, 5});
        watch.add(digest(2), new float[] {10.000001f, 5});
        watch.add(digest(3), new float[] {10, 5.000005f});
        assertThat(watch.dependsOnInput()).isFalse();
        assertThatThrownBy(watch::require)
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.BASELINE_BROKEN))
                .hasMessageContaining("3 samples");
    }

    @Test
    void oneOutputThatMovesIsEnough() {
        InputSensitivity watch = new InputSensitivity();
        watch.add(digest(1), new float[] {10, 5});
        watch.add(digest(2), new float[] {10, 5});
        watch.add(digest(3), new float[] {10, 5.001f});
        assertThatCode(watch::require).doesNotThrowAnyException();
    }

    @Test
    void outputsOfAnotherLengthMove() {
        InputSensitivity watch = new InputSensitivity();
        watch.add(digest(1), new float[1]);
        watch.add(digest(2), new float[2]);
        assertThat(watch.dependsOnInput()).isTrue();
    }

    @Test
    void zerosForDifferentInputsAreRefusedToo() {
        InputSensitivity watch = new InputSensitivity();
        watch.add(digest(1), new float[3]);
        watch.add(digest(2), new float[3]);
        assertThat(watch.dependsOnInput()).isFalse();
    }

    @Test
    void equalInputsAndSingleSamplesProveNothing() {
        InputSensitivity watch = new InputSensitivity();
        assertThat(watch.dependsOnInput()).isTrue();
        watch.add(digest(1), new float[] {1});
        watch.add(digest(1), new float[] {1});
        assertThat(watch.dependsOnInput()).isTrue();
    }

    @Test
    void digestsTellInputsApartAndContinue() {
        assertThat(digest(1, 2))
                .isNotEqualTo(digest(2, 1))
                .isNotEqualTo(digest(1))
                .isEqualTo(digest(1, 2));
        ByteBuffer first = ByteBuffer.wrap(new byte[] {1, 2});
        long one = InputSensitivity.digest(InputSensitivity.digest(0, first), ByteBuffer.wrap(new byte[] {3}));
        long other = InputSensitivity.digest(InputSensitivity.digest(0, first), ByteBuffer.wrap(new byte[] {4}));
        assertThat(one).isNotEqualTo(other);
        assertThat(first.position()).isZero();
    }
}
