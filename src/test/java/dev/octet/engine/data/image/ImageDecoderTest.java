package dev.octet.engine.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.data.zip.ZipFiles;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ImageDecoderTest {

    private static final byte[] PNG =
            ImageFiles.png(3, 2, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18);
    private static final byte[] JPEG = ImageFiles.jpeg(16, 8, 0x204060);

    @TempDir
    Path folder;

    private Pixels decode(byte[] content) {
        Path file = ZipFiles.zip().add(ZipFiles.stored("i.png", content)).write(folder.resolve("i.zip"));
        try (Archive archive = Archive.open(file)) {
            ImageListing.Item item = ImageListing.of(archive).images().getFirst();
            return ImageDecoder.decode("i.png", archive.readAll(item.entry(), 1 << 26), item.header());
        }
    }

    private String refusal(byte[] content) {
        EngineException e = catchThrowableOfType(EngineException.class, () -> decode(content));
        assertThat(e).as("refused").isNotNull();
        assertThat(e.fault()).isEqualTo(Fault.DATASET_MALFORMED);
        return String.valueOf(e.getMessage());
    }

    @Test
    void samplesOfPngFilesComeAsTheyAreStored() {
        assertThat(decode(PNG).samples())
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18);
        Pixels gray = decode(ImageFiles.png(2, 1, 1, 100, 200));
        assertThat(gray.channels()).isOne();
        assertThat(gray.samples()).containsExactly(100, (byte) 200);
    }

    @Test
    void alphaIsDroppedNotBlended() {
        assertThat(decode(ImageFiles.png(2, 1, 4, 9, 8, 7, 0, 6, 5, 4, 128)).samples())
                .containsExactly(9, 8, 7, 6, 5, 4);
        Pixels gray = decode(ImageFiles.png(2, 1, 2, 50, 0, 60, 255));
        assertThat(gray.channels()).isOne();
        assertThat(gray.samples()).containsExactly(50, 60);
    }

    @Test
    void sixteenBitSamplesKeepTheirUpperEight() {
        assertThat(decode(ImageFiles.png16(1, 1, 3, 0x12ff, 0x3400, 0xff01)).samples())
                .containsExactly(0x12, 0x34, (byte) 0xff);
        assertThat(decode(ImageFiles.png16(2, 1, 1, 0x80ff, 0x0001)).samples()).containsExactly((byte) 0x80, 0);
    }

    @Test
    void palettesAreExpanded() {
        byte[] png = ImageFiles.palettePng(2, 2, new int[] {0x010203, 0xff8000, 0x0, 0xa0b0c0}, 1, 0, 3, 3);
        assertThat(decode(png).samples())
                .containsExactly(
                        (byte) 0xff,
                        (byte) 0x80,
                        0,
                        1,
                        2,
                        3,
                        (byte) 0xa0,
                        (byte) 0xb0,
                        (byte) 0xc0,
                        (byte) 0xa0,
                        (byte) 0xb0,
                        (byte) 0xc0);
    }

    /** A 4x1 PNG of 2-bit grey, levels 0 to 3, as Pillow decodes it in mode L. */
    @Test
    void shallowGreyIsSpreadOverEightBits() {
        byte[] png = ImageFiles.withHeader(ImageFiles.png(4, 1, 1, 0x1b, 0, 0, 0), 8, (byte) 2);
        Pixels pixels = decode(png);
        assertThat(pixels.channels()).isOne();
        assertThat(pixels.samples()).containsExactly(0, 85, (byte) 170, (byte) 255);
    }

    @Test
    void jpegColoursAreRgb() {
        Pixels pixels = decode(JPEG);
        assertThat(pixels.width()).isEqualTo(16);
        assertThat(pixels.height()).isEqualTo(8);
        for (int i = 0; i < 16 * 8; i++) {
            assertThat(pixels.samples()[3 * i] - 0x20).isBetween(-2, 2);
            assertThat(pixels.samples()[3 * i + 1] - 0x40).isBetween(-2, 2);
            assertThat(pixels.samples()[3 * i + 2] - 0x60).isBetween(-2, 2);
        }
    }

    @Test
    void greyJpegsHaveOneChannel() {
        Pixels pixels = decode(ImageFiles.grayJpeg(8, 8, 77));
        assertThat(pixels.channels()).isOne();
        assertThat(pixels.samples()).containsOnly(77);
    }

    /** Golden: {@code Image.open(...).convert("RGB").tobytes()} of Pillow 13.0.0 for a 6x5 JPEG it wrote with 4:2:0 chroma. */
    @Test
    void chromaIsUpsampledAndConvertedAsPillowDoes() {
        Pixels pixels = decode(Base64.getDecoder().decode(GOLDEN_JPEG));
        assertThat(pixels.samples()).isEqualTo(Base64.getDecoder().decode(GOLDEN_PIXELS));
    }

    /** JFIF's word first, then Adobe's, then the components' names, as libjpeg has it. */
    @Test
    void whetherComponentsAreLumaAndChromaIsSeenFromTheMarkers() {
        byte[] bare = withoutFirstSegment(JPEG);
        assertThat(header(JPEG).yCbCr()).isTrue();
        assertThat(header(bare).yCbCr()).isTrue();
        assertThat(header(ImageFiles.insert(bare, 2, adobe(1))).yCbCr()).isTrue();
        assertThat(header(ImageFiles.insert(bare, 2, adobe(0))).yCbCr()).isFalse();
        assertThat(header(ImageFiles.insert(JPEG, 2, adobe(0))).yCbCr()).isTrue();
        byte[] named = ImageFiles.withSegment(bare, 0xc0, 6, 'R', 0x11, 0, 'G', 0x11, 0, 'B', 0x11, 0);
        assertThat(header(named).yCbCr()).isFalse();
        assertThat(header(ImageFiles.grayJpeg(8, 8, 1)).yCbCr()).isFalse();
    }

    private ImageHeader header(byte[] content) {
        Path file = ZipFiles.zip().add(ZipFiles.stored("i.jpg", content)).write(folder.resolve("h.zip"));
        try (Archive archive = Archive.open(file)) {
            return ImageListing.of(archive).images().getFirst().header();
        }
    }

    private static byte[] withoutFirstSegment(byte[] jpeg) {
        int length = 2 + (Byte.toUnsignedInt(jpeg[4]) << 8) + Byte.toUnsignedInt(jpeg[5]);
        byte[] rest = new byte[jpeg.length - length];
        System.arraycopy(jpeg, 0, rest, 0, 2);
        System.arraycopy(jpeg, 2 + length, rest, 2, rest.length - 2);
        return rest;
    }

    private static byte[] adobe(int transform) {
        return new byte[] {
            (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform
        };
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                broken("no image", c -> "hello, no image".getBytes(StandardCharsets.UTF_8), "neither a PNG nor a JPEG"),
                broken("too short", c -> new byte[] {1}, "too short"),
                broken("PNG cut short", c -> Arrays.copyOf(PNG, PNG.length - 5), "PNG"),
                broken("PNG ending before its pixels", c -> Arrays.copyOf(PNG, 33), "cut short at byte 33"),
                broken("PNG with damaged pixels", c -> flip(PNG, PNG.length - 20), "is damaged"),
                broken("PNG of no width", c -> ImageFiles.withHeader(PNG, 0, new byte[4]), "0x2 pixels"),
                broken("PNG too wide", c -> ImageFiles.withHeader(PNG, 0, (byte) 0x7f), "pixels; 1 to 32768"),
                broken(
                        "PNG of too many pixels",
                        c -> ImageFiles.withHeader(PNG, 0, new byte[] {0, 0, 0x7f, 0, 0, 0, 0x7f, 0}),
                        "at most 167772160 are decoded"),
                broken("PNG larger than its pixels", c -> ImageFiles.withHeader(PNG, 7, (byte) 100), "i.png"),
                broken(
                        "PNG of unknown depth",
                        c -> ImageFiles.withHeader(PNG, 8, (byte) 4),
                        "colour type 2 with 4 bits"),
                broken("PNG of unknown interlace", c -> ImageFiles.withHeader(PNG, 12, (byte) 2), "unknown"),
                broken(
                        "PNG with a huge palette",
                        c -> ImageFiles.withChunk(PNG, "PLTE", new byte[900]),
                        "palette of 900"),
                broken(
                        "PNG chunk beyond the file",
                        c -> ImageFiles.insert(
                                PNG, 33, (byte) 0x7f, (byte) 0, (byte) 0, (byte) 0, (byte) 'a', (byte) 'b'),
                        "beyond the file"),
                broken("JPEG cut short in its header", c -> Arrays.copyOf(JPEG, 40), "i.png"),
                broken(
                        "JPEG cut short in its pixels",
                        c -> Arrays.copyOf(JPEG, JPEG.length - 12),
                        "is damaged: Truncated"),
                broken("JPEG of four components", c -> cmyk(), "CMYK"),
                broken("JPEG of 12 bits", c -> ImageFiles.withSegment(JPEG, 0xc0, 0, 12), "12 bits"),
                broken("JPEG of no height", c -> ImageFiles.withSegment(JPEG, 0xc0, 1, 0, 0), "16x0 pixels"),
                broken("JPEG too large", c -> ImageFiles.withSegment(JPEG, 0xc0, 1, 0xff, 0xff), "pixels; 1 to 32768"),
                broken(
                        "JPEG of too many pixels",
                        c -> ImageFiles.withSegment(JPEG, 0xc0, 1, 0x7f, 0xff, 0x7f, 0xff),
                        "are decoded"),
                broken("lossless JPEG", c -> marker(0xc3), "SOF3"),
                broken("arithmetic JPEG", c -> marker(0xc9), "SOF9"));
    }

    private static Arguments broken(String name, UnaryOperator<byte[]> content, String message) {
        return Arguments.of(Named.of(name, content.apply(new byte[0])), message);
    }

    private static byte[] flip(byte[] content, int at) {
        byte[] flipped = content.clone();
        flipped[at] ^= 0x55;
        return flipped;
    }

    /** The JPEG with its frame's marker replaced. */
    private static byte[] marker(int sof) {
        byte[] changed = JPEG.clone();
        for (int i = 0; i + 1 < JPEG.length; i++) {
            if (JPEG[i] == (byte) 0xff && JPEG[i + 1] == (byte) 0xc0) {
                changed[i + 1] = (byte) sof;
                return changed;
            }
        }
        throw new IllegalStateException("no frame");
    }

    /** A frame of four components, 8 by 8 pixels, and a scan. */
    private static byte[] cmyk() {
        byte[] jpeg = new byte[40];
        byte[] start = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xc0, 0, 20, 8, 0, 8, 0, 8, 4};
        System.arraycopy(start, 0, jpeg, 0, start.length);
        return jpeg;
    }

    @ParameterizedTest
    @MethodSource("broken")
    void whatIsBrokenIsRefusedByName(byte[] content, String message) {
        assertThat(refusal(content)).startsWith("i.png: ").contains(message);
    }

    @Test
    void extraBytesBehindTheEndDoNoHarm() {
        assertThat(decode(Arrays.copyOf(PNG, PNG.length + 7)).samples()).hasSize(18);
        assertThat(decode(Arrays.copyOf(JPEG, JPEG.length + 7)).width()).isEqualTo(16);
    }

    @Test
    void pixelsHaveExactlyTheBytesOfTheirSize() {
        assertThatThrownBy(() -> new Pixels(2, 2, 3, new byte[11])).isInstanceOf(IllegalArgumentException.class);
    }

    private static final String GOLDEN_JPEG =
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxO"
                    + "UlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09P"
                    + "T09PT09PT0//wAARCAAFAAYDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAfEAABAwMFAAAAAAAAAAAAAAABAAID"
                    + "BREhBBITQVH/xAAVAQEBAAAAAAAAAAAAAAAAAAADBP/EABoRAAICAwAAAAAAAAAAAAAAAAECAAMREkH/2gAMAwEAAhEDEQA/ALqf"
                    + "QtHTIhPAHPe4bTyZFjnq3iIiSh2bbPCRJjP/2Q==";

    private static final String GOLDEN_PIXELS =
            "CR1ABhs2GTNAHDZDGjFRiJ7HGi5PFixEJkFILUhPLUVfjKPFGS5JHzZIPltXW3h0aYOSrsbelKq/mbG7qMe3rs27mba0jaivi6Kw"
                    + "nbe2sdKzwuS/weHMn72x";
}
