package dev.octet.engine.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowTest {

    @Test
    void theShorterSideBecomesTheSizeAndTheLongerIsRoundedDown() {
        assertThat(Window.of(500, 375, 256, null)).isEqualTo(new Window(341, 256, 0, 0, 341, 256));
        assertThat(Window.of(375, 500, 256, null)).isEqualTo(new Window(256, 341, 0, 0, 256, 341));
        assertThat(Window.of(80, 80, 256, null)).isEqualTo(new Window(256, 256, 0, 0, 256, 256));
    }

    @Test
    void theCropIsCentredWithHalvesToEven() {
        assertThat(Window.of(500, 375, 256, 224)).isEqualTo(new Window(341, 256, 58, 16, 224, 224));
        assertThat(Window.of(257, 259, null, 224)).isEqualTo(new Window(257, 259, 16, 18, 224, 224));
    }

    @Test
    void aCropLargerThanTheImageDoesNotFit() {
        assertThat(Window.of(100, 300, null, 101).fits()).isFalse();
        assertThat(Window.of(101, 101, null, 101).fits()).isTrue();
    }

    @Test
    void nothingAskedForKeepsAll() {
        assertThat(Window.of(3, 2, null, null)).isEqualTo(new Window(3, 2, 0, 0, 3, 2));
    }

    @Test
    void extremeRatiosDoNotOverflow() {
        assertThat(Window.of(32768, 1, 8192, 8192).scaledWidth()).isEqualTo(268_435_456L);
    }
}
