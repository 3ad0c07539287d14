package dev.octet.engine.data.image;

import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.data.zip.EntryStream;
import dev.octet.engine.scheme.EngineException;
import org.jspecify.annotations.Nullable;

/** Reads the segments of a JPEG file (ITU-T T.81) up to its first scan. */
final class JpegHeaderReader {

    private static final int MAX_SEGMENTS = 1000;
    private static final int SOF0 = 0xc0;
    private static final int SOF2 = 0xc2;
    private static final int DHT = 0xc4;
    private static final int JPG = 0xc8;
    private static final int DAC = 0xcc;
    private static final int SOF15 = 0xcf;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int APP0 = 0xe0;
    private static final int APP14 = 0xee;

    private final String file;
    private final EntryStream in;
    private boolean jfif;
    private int adobeTransform = -1;
    private @Nullable Frame frame;

    private record Frame(int width, int height, int components, boolean namedRgb) {}

    /** The reader of {@code in}, whose first two bytes are read already. */
    JpegHeaderReader(String file, EntryStream in) {
        this.file = file;
        this.in = in;
    }

    ImageHeader read() {
        for (int i = 0; i < MAX_SEGMENTS; i++) {
            int marker = marker();
            if (marker == SOS) {
                return header();
            }
            if (marker < SOF0 || marker == EOI || (marker >= 0xd0 && marker <= 0xd8)) {
                throw malformed("has the JPEG marker " + Integer.toHexString(marker) + " before any pixels");
            }
            int length = (readByte() << 8 | readByte()) - 2;
            if (length < 0 || length > in.remaining()) {
                throw malformed("has a JPEG segment that reaches beyond the file");
            }
            segment(marker, length);
        }
        throw malformed("has more than " + MAX_SEGMENTS + " JPEG segments before any pixels");
    }

    private ImageHeader header() {
        if (frame == null) {
            throw malformed("is a JPEG without a frame");
        }
        // The order of trust is libjpeg's: JFIF, then Adobe's marker, then the components' names.
        boolean yCbCr =
                frame.components == 3 && (jfif || (adobeTransform >= 0 ? adobeTransform != 0 : !frame.namedRgb));
        return new ImageHeader(ImageHeader.Format.JPEG, frame.width, frame.height, frame.components, yCbCr);
    }

    private int marker() {
        if (readByte() != 0xff) {
            throw malformed("is a damaged JPEG: no marker where one should be");
        }
        int marker = 0xff;
        while (marker == 0xff) {
            marker = readByte();
        }
        return marker;
    }

    private void segment(int marker, int length) {
        if (marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC) {
            frame(marker, length);
        } else if (marker == APP0 && length >= 5) {
            jfif |= startsWith("JFIF\0", length);
        } else if (marker == APP14 && length >= 12) {
            byte[] bytes = new byte[length];
            in.read(bytes, 0, length);
            if (bytes[0] == 'A' && bytes[1] == 'd' && bytes[2] == 'o' && bytes[3] == 'b' && bytes[4] == 'e') {
                adobeTransform = Byte.toUnsignedInt(bytes[11]);
            }
        } else {
            in.skip(length);
        }
    }

    private boolean startsWith(String text, int length) {
        boolean same = true;
        for (int i = 0; i < text.length(); i++) {
            same &= readByte() == text.charAt(i);
        }
        in.skip(length - text.length());
        return same;
    }

    private void frame(int marker, int length) {
        if (frame != null) {
            throw malformed("is a JPEG of several frames");
        }
        if (marker > SOF2) {
            throw malformed("is a JPEG of kind SOF" + (marker - SOF0) + "; baseline and progressive ones are read");
        }
        byte[] sof = new byte[length];
        in.read(sof, 0, length);
        if (length < 6 || length != 6 + 3 * sof[5]) {
            throw malformed("has a damaged JPEG frame");
        }
        int components = sof[5];
        if (sof[0] != 8) {
            throw malformed("is a JPEG of " + sof[0] + " bits; 8 are read");
        }
        if (components == 4) {
            throw malformed("is a CMYK JPEG; convert it to RGB");
        }
        if (components != 1 && components != 3) {
            throw malformed("is a JPEG of " + components + " components; 1 and 3 are read");
        }
        int height = Byte.toUnsignedInt(sof[1]) << 8 | Byte.toUnsignedInt(sof[2]);
        int width = Byte.toUnsignedInt(sof[3]) << 8 | Byte.toUnsignedInt(sof[4]);
        ImageHeader.checkSize(file, width, height, 3);
        frame = new Frame(
                width, height, components, components == 3 && sof[6] == 'R' && sof[9] == 'G' && sof[12] == 'B');
    }

    private int readByte() {
        byte[] one = new byte[1];
        in.read(one, 0, 1);
        return Byte.toUnsignedInt(one[0]);
    }

    private EngineException malformed(String what) {
        return Archive.malformed(file, what);
    }
}
