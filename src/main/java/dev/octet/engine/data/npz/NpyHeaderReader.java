package dev.octet.engine.data.npz;

import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.data.zip.EntryStream;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads a numpy array's header: magic, version 1 to 3, and the dictionary in it (numpy.lib.format). */
final class NpyHeaderReader {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    /** numpy itself writes far less and refuses to read more than 10,000 unasked. */
    private static final int MAX_HEADER = 1 << 16;

    private final String array;

    NpyHeaderReader(String array) {
        this.array = array;
    }

    /** The header at the start of {@code in}, which is left before the first element. */
    NpyHeader read(EntryStream in) {
        byte[] start = new byte[8];
        in.read(start, 0, start.length);
        for (int i = 0; i < MAGIC.length; i++) {
            if (start[i] != MAGIC[i]) {
                throw malformed("is no numpy array: it does not start with \\x93NUMPY");
            }
        }
        int version = start[6];
        if (version < 1 || version > 3 || start[7] != 0) {
            throw malformed(
                    "its format version " + version + "." + start[7] + " is unknown; 1.0, 2.0 and 3.0 are read");
        }
        byte[] lengthBytes = new byte[version == 1 ? 2 : 4];
        in.read(lengthBytes, 0, lengthBytes.length);
        long length = 0;
        for (int i = lengthBytes.length - 1; i >= 0; i--) {
            length = length << 8 | Byte.toUnsignedLong(lengthBytes[i]);
        }
        if (length > MAX_HEADER) {
            throw malformed("its header claims " + length + " bytes; at most " + MAX_HEADER + " are read");
        }
        byte[] text = new byte[(int) length];
        in.read(text, 0, text.length);
        HeaderDictionary dictionary = new HeaderDictionary(
                array, new String(text, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
        return check(dictionary, start.length + lengthBytes.length + text.length);
    }

    private NpyHeader check(HeaderDictionary dictionary, int bytes) {
        ElementType type = type(dictionary.descr());
        List<Long> shape = dictionary.shape();
        long size = type.bits() / 8;
        for (long d : shape) {
            // Zero dimensions must not hide an overflow of the others.
            if (Math.multiplyHigh(size, Math.max(d, 1)) != 0 || size * Math.max(d, 1) < 0) {
                throw malformed("its shape " + shape + " has more elements than can be counted");
            }
            size *= Math.max(d, 1);
        }
        if (dictionary.fortranOrder() && shape.size() > 1) {
            throw malformed("is in Fortran order, which can't be read sample by sample; save"
                    + " numpy.ascontiguousarray(array) instead");
        }
        return new NpyHeader(type, order(dictionary.descr()), shape, bytes);
    }

    private ElementType type(String descr) {
        String kind = descr.isEmpty() || "<>|=".indexOf(descr.charAt(0)) < 0 ? descr : descr.substring(1);
        ElementType type = switch (kind) {
            case "b1" -> ElementType.BOOL;
            case "i1" -> ElementType.INT8;
            case "i2" -> ElementType.INT16;
            case "i4" -> ElementType.INT32;
            case "i8" -> ElementType.INT64;
            case "u1" -> ElementType.UINT8;
            case "u2" -> ElementType.UINT16;
            case "u4" -> ElementType.UINT32;
            case "u8" -> ElementType.UINT64;
            case "f2" -> ElementType.FLOAT16;
            case "f4" -> ElementType.FLOAT;
            case "f8" -> ElementType.DOUBLE;
            default -> throw malformed(refusal(descr, kind));
        };
        char order = descr.charAt(0);
        if (type.bits() == 8 ? "<>|".indexOf(order) < 0 : "<>".indexOf(order) < 0) {
            throw malformed("its element type '" + descr + "' does not say its byte order");
        }
        return type;
    }

    private static String refusal(String descr, String kind) {
        return "holds "
                + switch (kind.isEmpty() ? ' ' : kind.charAt(0)) {
                    case 'O' -> "Python objects (a pickle), which are never loaded";
                    case 'U', 'S', 'a' -> "strings";
                    case 'c' -> "complex numbers";
                    case 'V' -> "structured or raw records";
                    case 'M', 'm' -> "dates or time spans";
                    default ->
                        "elements of the unknown type '" + descr.substring(0, Math.min(descr.length(), 40)) + "'";
                }
                + "; booleans, integers of 8 to 64 bits and floats of 16 to 64 bits are read";
    }

    private static ByteOrder order(String descr) {
        return descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    private EngineException malformed(String what) {
        return Archive.malformed(array, what);
    }
}
