package dev.octet.engine.data.image;

import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.data.zip.EntryStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** The chunks of PNG files (ISO/IEC 15948), checked before a decoder believes them. */
final class PngFormat {

    private static final long SIGNATURE = 0x89504e470d0a1a0aL;
    private static final int IHDR_BYTES = 13;
    private static final int MAX_PALETTE = 768;

    private PngFormat() {}

    /** The header; the first two bytes of the signature are read already. */
    static ImageHeader readHeader(String file, EntryStream in) {
        byte[] bytes = new byte[8 + 8 + IHDR_BYTES];
        bytes[0] = (byte) (SIGNATURE >>> 56);
        bytes[1] = (byte) (SIGNATURE >>> 48);
        in.read(bytes, 2, bytes.length - 2);
        ByteBuffer header = ByteBuffer.wrap(bytes);
        if (header.getLong(0) != SIGNATURE
                || header.getInt(8) != IHDR_BYTES
                || !type(header, 12).equals("IHDR")) {
            throw Archive.malformed(file, "does not start as a PNG image does");
        }
        int depth = bytes[24];
        int colour = bytes[25];
        boolean known = switch (colour) {
            case 0 -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
            case 3 -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
            case 2, 4, 6 -> depth == 8 || depth == 16;
            default -> false;
        };
        if (!known || bytes[26] != 0 || bytes[27] != 0 || bytes[28] < 0 || bytes[28] > 1) {
            throw Archive.malformed(
                    file, "is a PNG of colour type " + colour + " with " + depth + " bits, which is unknown");
        }
        int samples = switch (colour) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
        long width = Integer.toUnsignedLong(header.getInt(16));
        long height = Integer.toUnsignedLong(header.getInt(20));
        ImageHeader.checkSize(file, width, height, Math.max(3, samples * Math.max(1, depth / 8)));
        return new ImageHeader(
                ImageHeader.Format.PNG, (int) width, (int) height, colour == 0 || colour == 4 ? 1 : 3, false);
    }

    /** Refuses chunks that reach beyond the file, are damaged, or are missing. */
    static void checkChunks(String file, byte[] content) {
        ByteBuffer in = ByteBuffer.wrap(content);
        boolean pixels = false;
        CRC32 crc = new CRC32();
        for (int at = 8; ; ) {
            if (content.length - at < 12) {
                throw Archive.malformed(file, "is a PNG that is cut short at byte " + at);
            }
            int length = in.getInt(at);
            String type = type(in, at + 4);
            if (length < 0 || length > content.length - at - 12) {
                throw Archive.malformed(file, "its PNG chunk " + type + " at byte " + at + " reaches beyond the file");
            }
            crc.reset();
            crc.update(content, at + 4, length + 4);
            if ((int) crc.getValue() != in.getInt(at + 8 + length)) {
                throw Archive.malformed(file, "its PNG chunk " + type + " at byte " + at + " is damaged");
            }
            if (type.equals("PLTE") && (length > MAX_PALETTE || length % 3 != 0 || length == 0)) {
                throw Archive.malformed(file, "has a PNG palette of " + length + " bytes");
            }
            pixels |= type.equals("IDAT");
            at += 12 + length;
            if (type.equals("IEND")) {
                break;
            }
        }
        if (!pixels) {
            throw Archive.malformed(file, "is a PNG without pixels");
        }
    }

    private static String type(ByteBuffer in, int at) {
        byte[] name = new byte[4];
        in.get(at, name);
        return new String(name, StandardCharsets.ISO_8859_1);
    }
}
