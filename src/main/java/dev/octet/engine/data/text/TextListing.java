package dev.octet.engine.data.text;

import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.scheme.EngineException;
import java.util.Arrays;

/**
 * What the rows of a file of texts hold, every one of them read and checked once.
 *
 * <p>JSON Lines where the first character that is no blank opens an object, CSV otherwise. Texts are not kept, labels are.
 */
public final class TextListing {

    /** Rows that are read at most. */
    static final int MOST_ROWS = 1 << 20;

    /** Bytes that are read at most, unpacked. */
    static final long MOST_BYTES = 1L << 30;

    private static final int MOST_LABELS = 1 << 23;

    private final TextFile file;
    private final boolean json;
    private int rows;
    private int pairs;
    private int labelled;
    private int width;
    private double[] labels = new double[0];

    private TextListing(TextFile file) {
        this.file = file;
        this.json = startsWithObject(file);
    }

    /**
     * The rows of {@code file}.
     *
     * @throws EngineException DATASET_MALFORMED naming file, line and what is wrong; DATASET_NOT_FINITE for such a label
     */
    public static TextListing of(TextFile file) {
        if (file.bytes() > MOST_BYTES) {
            throw Archive.malformed(
                    file.name(), "holds " + file.bytes() + " bytes; at most " + MOST_BYTES + " are read");
        }
        TextListing listing = new TextListing(file);
        try (Rows rows = listing.read()) {
            for (TextRow row = rows.next(); row != null; row = rows.next()) {
                listing.add(row);
            }
        }
        listing.check();
        return listing;
    }

    /** A new reader at the first row. */
    public Rows read() {
        return json ? new JsonRows(file) : new CsvRows(file);
    }

    private static boolean startsWithObject(TextFile file) {
        try (Characters characters = new Characters(file)) {
            while (characters.peek() >= 0 && Character.isWhitespace(characters.peek())) {
                characters.next();
            }
            return characters.peek() == '{';
        }
    }

    private void add(TextRow row) {
        if (rows == MOST_ROWS) {
            throw Archive.malformed(file.name(), "has more than " + MOST_ROWS + " rows");
        }
        pairs += row.pair() == null ? 0 : 1;
        if (!row.labels().isEmpty()) {
            boolean inOrder = labelled == rows || (rows % 2 == 0 && labelled == rows / 2);
            width = width == 0 ? row.labels().size() : width;
            if (!inOrder || row.labels().size() != width) {
                throw Archive.malformed(
                        file.name(),
                        "row " + (rows + 1) + " has " + row.labels().size()
                                + " labels; all rows have to have as many, or the first of every two");
            }
            keep(row);
            labelled++;
        }
        rows++;
    }

    private void keep(TextRow row) {
        int from = labelled * width;
        if (from + width > MOST_LABELS) {
            throw Archive.malformed(file.name(), "has more than " + MOST_LABELS + " labels");
        }
        if (from + width > labels.length) {
            labels = Arrays.copyOf(labels, Math.max(from + width, 2 * labels.length));
        }
        for (int i = 0; i < width; i++) {
            labels[from + i] = row.labels().get(i);
        }
    }

    private void check() {
        if (rows == 0) {
            throw Archive.malformed(file.name(), "has no rows");
        }
        if (pairs != 0 && pairs != rows) {
            throw Archive.malformed(
                    file.name(), "has a text_pair in " + pairs + " of " + rows + " rows; all rows have to have one");
        }
        boolean complete = labelled == 0 || labelled == rows || (rows % 2 == 0 && labelled == rows / 2);
        if (!complete) {
            throw Archive.malformed(
                    file.name(),
                    "has labels in " + labelled + " of " + rows
                            + " rows; all rows have to have them, or the first of every two");
        }
    }

    /** Whether the rows are JSON Lines; CSV otherwise. */
    public boolean isJson() {
        return json;
    }

    /** Number of rows. */
    public int rows() {
        return rows;
    }

    /** Whether every row has a second text. */
    public boolean hasPairs() {
        return pairs > 0;
    }

    /** Labels in a row; 0 where there are none. */
    public int labelWidth() {
        return width;
    }

    /** The labels, row after row: of every row, or of the first of every two. */
    public double[] labels() {
        return Arrays.copyOf(labels, labelled * width);
    }
}
