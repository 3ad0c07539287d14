package dev.octet.engine.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The golden numbers are Pillow's 11.3.0: {@code Image.fromarray(a).resize((w, h), Image.BILINEAR).tobytes()} of the images
 * that {@link #pattern} draws, and the CRC-32 ({@code zlib.crc32}) of these bytes.
 */
class ResamplerTest {

    static Pixels pattern(int width, int height, int channels) {
        byte[] samples = new byte[width * height * channels];
        int at = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    samples[at++] = (byte) (x * 7 + y * 13 + c * 29 + x * y % 31 * 3 + (x / 5 + y / 3) % 2 * 90);
                }
            }
        }
        return new Pixels(width, height, channels, samples);
    }

    @ParameterizedTest
    @CsvSource({
        "64,48,3,32,24,818808546",
        "64,48,3,341,256,2092145181",
        "50,40,3,37,30,2978714985",
        "50,40,1,320,256,498606289",
        "33,57,3,33,20,1927907128",
        "500,375,3,341,256,1397588793",
        "7,5,3,224,160,2895125058",
        "3,200,1,1,66,2134968490",
        "640,480,3,13,480,1843270310"
    })
    void equalsPillowToTheBit(int width, int height, int channels, int newWidth, int newHeight, long crc) {
        Pixels scaled = Resampler.resample(
                pattern(width, height, channels), new Window(newWidth, newHeight, 0, 0, newWidth, newHeight));
        assertThat(scaled.width()).isEqualTo(newWidth);
        assertThat(scaled.height()).isEqualTo(newHeight);
        assertThat(crc(scaled)).isEqualTo(crc);
    }

    @Test
    void shrinksAndGrowsSmallImagesAsPillowDoes() {
        assertThat(Resampler.resample(pattern(5, 4, 1), new Window(3, 2, 0, 0, 3, 2))
                        .samples())
                .containsExactly(13, 28, 42, 74, 96, 118);
        assertThat(Resampler.resample(pattern(3, 2, 1), new Window(5, 3, 0, 0, 5, 3))
                        .samples())
                .containsExactly(0, 3, 7, 11, 14, 7, 10, 15, 20, 24, 13, 17, 23, 29, 33);
    }

    @Test
    void aWindowIsThatPartOfTheWholeScaledImage() {
        Pixels image = pattern(61, 47, 3);
        Pixels whole = Resampler.resample(image, new Window(40, 31, 0, 0, 40, 31));
        Pixels part = Resampler.resample(image, new Window(40, 31, 9, 6, 20, 15));
        for (int y = 0; y < 15; y++) {
            int row = ((y + 6) * 40 + 9) * 3;
            assertThat(Arrays.copyOfRange(part.samples(), y * 60, (y + 1) * 60))
                    .isEqualTo(Arrays.copyOfRange(whole.samples(), row, row + 60));
        }
    }

    @Test
    void theSameSizeIsTheSameImage() {
        Pixels image = pattern(9, 7, 3);
        assertThat(Resampler.resample(image, new Window(9, 7, 0, 0, 9, 7)).samples())
                .isEqualTo(image.samples());
    }

    @Test
    void extremesStayExtremes() {
        byte[] white = new byte[37 * 29];
        Arrays.fill(white, (byte) 255);
        assertThat(Resampler.resample(new Pixels(37, 29, 1, white), new Window(11, 90, 0, 0, 11, 90))
                        .samples())
                .containsOnly(-1);
    }

    @Test
    void aOnePixelImageFillsAnySize() {
        assertThat(Resampler.resample(new Pixels(1, 1, 1, new byte[] {77}), new Window(3, 2, 0, 0, 3, 2))
                        .samples())
                .containsOnly(77)
                .hasSize(6);
    }

    @Test
    void aWindowLargerThanTheScaledImageIsRefused() {
        assertThatThrownBy(() -> Resampler.resample(pattern(4, 4, 1), new Window(4, 4, 0, 0, 5, 4)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void grayIsPillowsLuma() {
        assertThat(crc(pattern(16, 16, 3).toGray())).isEqualTo(2543668078L);
        assertThat(pattern(4, 4, 1).toRgb().samples()).startsWith(0, 0, 0, 7, 7, 7);
    }

    private static long crc(Pixels pixels) {
        CRC32 crc = new CRC32();
        crc.update(pixels.samples());
        return crc.getValue();
    }
}
