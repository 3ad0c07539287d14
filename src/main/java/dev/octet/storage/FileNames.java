package dev.octet.storage;

import dev.octet.platform.ProblemException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;

/** The names of uploads and downloads, made harmless. */
public final class FileNames {
    private static final int MAX = 200;
    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    private FileNames() {}

    /**
     * The name that an upload gets: the one asked for, else that of the form's file, else {@code unnamed}.
     *
     * @throws ProblemException if the name asked for has control characters or only blanks
     */
    public static String ofUpload(@Nullable String asked, Resource body) {
        if (asked != null) {
            if (!isName(asked)) {
                throw ProblemException.malformed(
                        "INVALID_PARAMETER", "name", "must not be blank or contain control characters");
            }
            return asked;
        }
        String sent = body.getFilename() == null ? "" : clean(body.getFilename());
        return sent.isBlank() ? "unnamed" : sent.codePointCount(0, sent.length()) <= MAX ? sent : shorten(sent);
    }

    /** Whether the text may be asked for as a name: not blank, without control characters. */
    public static boolean isName(String text) {
        return !text.isBlank() && text.codePoints().noneMatch(FileNames::isHarmful);
    }

    private static String shorten(String name) {
        return name.substring(0, name.offsetByCodePoints(0, MAX));
    }

    /** The name under which a browser saves a file: the upload's, ending in {@code extension} such as {@code .onnx}. */
    public static String ofDownload(String name, String extension) {
        String clean = clean(name);
        String base = clean.isBlank() ? "unnamed" : clean;
        return base.toLowerCase(Locale.ROOT).endsWith(extension) ? base : base + extension;
    }

    /** What comes after the last separator of any system, without characters that terminals or headers act upon. */
    private static String clean(String name) {
        String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        StringBuilder kept = new StringBuilder();
        last.codePoints().filter(c -> !isHarmful(c)).forEach(kept::appendCodePoint);
        String text = kept.toString().strip();
        return text.equals(".") || text.equals("..") ? "" : text;
    }

    /** Control characters, line separators, lone surrogates, and marks that turn the direction of text. */
    private static boolean isHarmful(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || (type == Character.FORMAT && c != ZERO_WIDTH_NON_JOINER && c != ZERO_WIDTH_JOINER)
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
