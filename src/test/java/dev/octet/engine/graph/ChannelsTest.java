package dev.octet.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Channels read in pieces of any size hold what the whole tensor holds. */
class ChannelsTest {

    private static Tensor counting(long... dims) {
        long n = Tensor.bytes(dev.octet.engine.scheme.ElementType.INT8, dims);
        float[] values = new float[(int) n];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return Tensor.ofFloats(values, dims);
    }

    private static List<List<Float>> channels(Channels channels) {
        List<List<Float>> found = new ArrayList<>();
        channels.forEach((c, channel) -> {
            assertThat(c).isEqualTo(found.size());
            List<Float> values = new ArrayList<>();
            channel.forEach((piece, from, to) -> {
                for (int i = from; i < to; i++) {
                    values.add(piece[i]);
                }
            });
            found.add(values);
        });
        return found;
    }

    static Stream<Arguments> axesAndPieces() {
        return Stream.of(-1, 0, 1, 2)
                .flatMap(axis -> Stream.of(1, 2, 3, 5, 8, 12, 24, 1000).map(piece -> Arguments.of(axis, piece)));
    }

    @ParameterizedTest
    @MethodSource("axesAndPieces")
    void eachChannelHasItsValuesInOrderWhateverThePiece(int axis, int piece) {
        Tensor tensor = counting(3, 4, 2);
        Channels channels = Channels.of(tensor, axis, piece);
        List<List<Float>> expected = new ArrayList<>();
        for (int c = 0; c < channels.count(); c++) {
            expected.add(new ArrayList<>());
        }
        List<Float> all = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            expected.get(channels.of(i)).add((float) i);
            all.add((float) i);
        }
        assertThat(channels.count()).isEqualTo(axis < 0 ? 1 : tensor.dim(axis));
        assertThat(channels(channels)).isEqualTo(expected);
        List<Float> elements = new ArrayList<>();
        channels.forEachElement((values, from, to) -> {
            assertThat(to - from).isLessThanOrEqualTo(piece);
            for (int i = from; i < to; i++) {
                elements.add(values[i]);
            }
        });
        assertThat(elements).isEqualTo(all);
    }

    @Test
    void axesThatAreNotThereAndEmptyTensorsAreRefused() {
        assertThatThrownBy(() -> Channels.of(counting(3), 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Channels.of(counting(3, 0), 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
