package dev.octet.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octet.engine.data.Preprocessing.Channels;
import dev.octet.engine.data.Preprocessing.Layout;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreprocessingTest {

    @Test
    void noneChangesNothing() {
        assertThat(Preprocessing.NONE.isIdentity()).isTrue();
        assertThat(Preprocessing.NONE.keepsValues()).isTrue();
        assertThat(new Preprocessing(null, null, Channels.RGB, Layout.NCHW, 1, List.of(0.0), List.of(1.0)).isIdentity())
                .isTrue();
    }

    @Test
    void eachSettingChangesSomething() {
        List<Double> none = List.of();
        assertThat(List.of(
                        new Preprocessing(1, null, Channels.RGB, Layout.NCHW, 1, none, none),
                        new Preprocessing(null, 1, Channels.RGB, Layout.NCHW, 1, none, none),
                        new Preprocessing(null, null, Channels.BGR, Layout.NCHW, 1, none, none),
                        new Preprocessing(null, null, Channels.RGB, Layout.NHWC, 1, none, none)))
                .allMatch(p -> !p.isIdentity() && p.keepsValues());
        assertThat(List.of(
                        new Preprocessing(null, null, Channels.RGB, Layout.NCHW, 2, none, none),
                        new Preprocessing(null, null, Channels.RGB, Layout.NCHW, 1, List.of(1.0), none),
                        new Preprocessing(null, null, Channels.RGB, Layout.NCHW, 1, none, List.of(2.0))))
                .allMatch(p -> !p.isIdentity() && !p.keepsValues());
    }

    @Test
    void boundsAreIncluded() {
        assertThat(new Preprocessing(
                                8192, 8192, Channels.RGB, Layout.NCHW, -1, Collections.nCopies(4096, 0.5), List.of())
                        .mean())
                .hasSize(4096);
    }

    @Test
    void everythingOutOfBoundsIsFoundAtOnce() {
        EngineException e = catchThrowableOfType(
                EngineException.class,
                () -> new Preprocessing(
                        0, 8193, Channels.RGB, Layout.NCHW, 0, List.of(Double.NaN), Collections.nCopies(4097, 0.0)));
        assertThat(e.fault()).isEqualTo(Fault.RECIPE_INVALID);
        assertThat(e.details())
                .extracting(EngineException.Detail::path)
                .contains("resize", "crop", "scale", "mean", "std");
    }

    @Test
    void aCropLargerThanTheResizedSideIsAContradiction() {
        EngineException e = catchThrowableOfType(
                EngineException.class,
                () -> new Preprocessing(200, 224, Channels.RGB, Layout.NCHW, 1, List.of(), List.of()));
        assertThat(e.details())
                .extracting(EngineException.Detail::message)
                .containsExactly("224 is more than resize leaves, 200");
    }
}
