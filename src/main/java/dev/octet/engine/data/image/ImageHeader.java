package dev.octet.engine.data.image;

import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.data.zip.EntryStream;

/**
 * What an image file says of itself before its pixels.
 *
 * @param format how it is encoded
 * @param width in pixels, 1 to {@value #MAX_SIDE}
 * @param height in pixels, 1 to {@value #MAX_SIDE}
 * @param channels 1 where it is grey, else 3; alpha is not counted
 * @param yCbCr whether its three components are luma and chroma, as in most JPEG files
 */
public record ImageHeader(Format format, int width, int height, int channels, boolean yCbCr) {

    /** How pixels are encoded. */
    public enum Format {
        PNG,
        JPEG
    }

    static final int MAX_SIDE = 32_768;
    private static final long MAX_DECODED_BYTES = 160L << 20;

    /**
     * Reads the start of an image.
     *
     * <p>Refused, naming the file, as {@link dev.octet.engine.scheme.Fault#DATASET_MALFORMED}: what is neither PNG nor JPEG,
     * CMYK and lossless, arithmetic-coded or 12-bit JPEG, sides above {@value #MAX_SIDE}, more than 160 MiB of pixels.
     */
    static ImageHeader read(String file, EntryStream in) {
        if (in.remaining() < 4) {
            throw Archive.malformed(file, "is too short to be an image");
        }
        byte[] start = new byte[2];
        in.read(start, 0, 2);
        if (start[0] == (byte) 0xff && start[1] == (byte) 0xd8) {
            return new JpegHeaderReader(file, in).read();
        }
        if (start[0] == (byte) 0x89 && start[1] == 'P') {
            return PngFormat.readHeader(file, in);
        }
        throw Archive.malformed(file, "is neither a PNG nor a JPEG image, whatever its name says");
    }

    /** Refuses sizes that would take too much memory. */
    static void checkSize(String file, long width, long height, int bytesPerPixel) {
        if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
            throw Archive.malformed(
                    file, "is " + width + "x" + height + " pixels; 1 to " + MAX_SIDE + " a side are read");
        }
        if (width * height * bytesPerPixel > MAX_DECODED_BYTES) {
            throw Archive.malformed(
                    file,
                    "is " + width + "x" + height + " pixels, " + width * height * bytesPerPixel + " bytes; at most "
                            + MAX_DECODED_BYTES + " are decoded");
        }
    }
}
