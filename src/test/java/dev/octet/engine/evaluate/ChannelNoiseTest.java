package dev.octet.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelNoiseTest {

    /** Two boxes of hundreds and a score of ones: the whole keeps 50 dB, the score nothing. */
    @Test
    void aLostChannelShowsBesideWideOnes() {
        float[] exact = {400, 300, 1, 200, 500, 0.5f};
        float[] quantized = {401, 300, 0, 200, 500, 0};
        ChannelNoise noise = new ChannelNoise();
        SignalNoise whole = new SignalNoise();
        noise.add("y", List.of(2L, 3L), exact, quantized);
        whole.add(exact, quantized);
        assertThat(whole.sqnrDb()).isGreaterThan(50);
        ChannelNoise.Worst worst = noise.worst().orElseThrow();
        assertThat(worst.output()).isEqualTo("y");
        assertThat(worst.axis()).isEqualTo(2);
        assertThat(worst.channel()).isEqualTo(2);
        assertThat(worst.sqnrDb()).isCloseTo(10 * Math.log10(0.125 / 1.25), within(1e-6));
    }

    @Test
    void theAxisBehindTheBatchIsLookedAtToo() {
        ChannelNoise noise = new ChannelNoise();
        noise.add("y", List.of(2L, 3L), new float[] {400, 300, 200, 1, 0, -1}, new float[] {400, 300, 200, 0, 0, 0});
        assertThat(noise.worst().orElseThrow()).isEqualTo(new ChannelNoise.Worst("y", 1, 1, 0));
    }

    @Test
    void vectorsAndChannelsThatStandStillSayNothing() {
        ChannelNoise noise = new ChannelNoise();
        noise.add("y", List.of(3L), new float[] {1, 2, 3}, new float[] {0, 0, 0});
        noise.add("z", List.of(2L, 2L), new float[] {7, 7, 7, 7}, new float[] {1, 1, 1, 1});
        assertThat(noise.worst()).isEmpty();
    }
}
