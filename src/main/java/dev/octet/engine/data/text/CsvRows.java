package dev.octet.engine.data.text;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rows of comma-separated values with a first line that names the columns: text, text_pair, label or labels; others ignored.
 *
 * <p>Quoted cells may hold commas, line breaks and doubled quotes. Blank lines are passed over. Format: RFC 4180.
 */
final class CsvRows implements Rows {

    private static final int MOST_COLUMNS = 1024;
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(\\d{1,400}\\.?\\d{0,400}|\\.\\d{1,400})([eE][+-]?\\d{1,4})?");

    private final Characters characters;
    private final int columns;
    private final int text;
    private final int pair;
    private final int label;
    private int ended = ',';

    CsvRows(TextFile file) {
        this.characters = new Characters(file);
        try {
            List<String> names = record().stream()
                    .map(name -> name.strip().toLowerCase(Locale.ROOT))
                    .toList();
            this.columns = names.size();
            this.text = names.indexOf("text");
            this.pair = names.indexOf("text_pair");
            this.label = Math.max(names.indexOf("label"), names.indexOf("labels"));
            if (text < 0) {
                throw characters.malformed(
                        1, "names no column text: the first line has to be like text,text_pair,label");
            }
        } catch (Throwable e) {
            characters.close();
            throw e;
        }
    }

    @Override
    public @Nullable TextRow next() {
        while (characters.peek() >= 0) {
            long number = characters.line();
            List<String> cells = record();
            if (cells.size() == 1 && cells.getFirst().isBlank()) {
                continue;
            }
            if (cells.size() != columns) {
                throw characters.malformed(number, "has " + cells.size() + " cells instead of " + columns);
            }
            if (cells.get(text).isBlank()) {
                throw characters.malformed(number, "has no text");
            }
            return new TextRow(cells.get(text), cell(cells, pair), labels(number, cell(cells, label)));
        }
        return null;
    }

    private static @Nullable String cell(List<String> cells, int column) {
        return column < 0 || cells.get(column).isBlank() ? null : cells.get(column);
    }

    private List<Double> labels(long number, @Nullable String cell) {
        if (cell == null) {
            return List.of();
        }
        String digits = cell.strip();
        if (!NUMBER.matcher(digits).matches()) {
            throw characters.malformed(number, "has a label that is no number");
        }
        double value = Double.parseDouble(digits);
        if (!Double.isFinite(value)) {
            throw new EngineException(Fault.DATASET_NOT_FINITE, "line " + number + " has a label beyond all numbers");
        }
        return List.of(value);
    }

    /** The cells up to the end of a line that is in no quotes. */
    private List<String> record() {
        long number = characters.line();
        List<String> cells = new ArrayList<>();
        int length = 0;
        do {
            String cell = cell(number, LONGEST_ROW - length);
            length += cell.length();
            cells.add(cell);
            if (cells.size() > MOST_COLUMNS) {
                throw characters.malformed(number, "has more than " + MOST_COLUMNS + " cells");
            }
        } while (ended == ',');
        return cells;
    }

    /** One cell; what ended it is kept. */
    private String cell(long number, int longest) {
        StringBuilder cell = new StringBuilder();
        boolean quoted = characters.peek() == '"';
        if (quoted) {
            characters.next();
        }
        while (true) {
            int c = characters.next();
            if (quoted && c == '"') {
                if (characters.peek() != '"') {
                    quoted = false;
                    continue;
                }
                characters.next();
            } else if (quoted && c < 0) {
                throw characters.malformed(number, "opens a quote that nothing closes");
            } else if (!quoted && (c == ',' || c == '\n' || c < 0)) {
                ended = c;
                return cell.toString();
            } else if (!quoted && c == '\r' && (characters.peek() == '\n' || characters.peek() < 0)) {
                continue;
            }
            if (cell.length() == longest) {
                throw characters.malformed(number, "is longer than " + LONGEST_ROW + " characters");
            }
            cell.append((char) c);
        }
    }

    @Override
    public void close() {
        characters.close();
    }
}
