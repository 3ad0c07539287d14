package dev.octet.engine.data.image;

import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The file labels.csv: one image and its number a line.
 *
 * <p>UTF-8, {@code file,label}, with or without a first line of just these words; quotes as in RFC 4180; labels are decimal
 * integers or fractions. Wrong lines are collected and refused together.
 */
final class LabelsCsv {

    static final String NAME = "labels.csv";

    /** The most bytes it may have. */
    static final int MAX_BYTES = 16 << 20;

    private static final int MAX_FAULTS = 20;
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(\\d{1,400}\\.?\\d{0,400}|\\.\\d{1,400})([eE][+-]?\\d{1,4})?");
    private static final Pattern NOT_FINITE = Pattern.compile("(?i)[+-]?(nan|inf|infinity)");

    private final Map<String, Double> labels = new LinkedHashMap<>();
    private final List<Detail> faults = new ArrayList<>();

    private LabelsCsv() {}

    /** The labels by file, in the order of the lines. */
    static Map<String, Double> parse(byte[] content) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException _) {
            throw Archive.malformed(NAME, "is not UTF-8");
        }
        LabelsCsv csv = new LabelsCsv();
        csv.lines(text.startsWith("\ufeff") ? text.substring(1) : text);
        if (!csv.faults.isEmpty()) {
            throw new EngineException(
                    Fault.DATASET_MALFORMED, NAME + ": " + csv.faults.getFirst().message(), csv.faults);
        }
        return csv.labels;
    }

    private void lines(String text) {
        int number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            List<String> cells = cells(line);
            if (cells.size() != 2) {
                fault(number, "is not file,label");
            } else if (number > 1 || !header(cells)) {
                add(number, cells.get(0), cells.get(1));
            }
            if (faults.size() >= MAX_FAULTS) {
                return;
            }
        }
    }

    private static boolean header(List<String> cells) {
        return cells.get(0).equalsIgnoreCase("file") && cells.get(1).equalsIgnoreCase("label");
    }

    private void add(int number, String file, String label) {
        if (NOT_FINITE.matcher(label).matches()) {
            throw notFinite(number, label);
        }
        if (!NUMBER.matcher(label).matches()) {
            fault(number, "has the label '" + shortened(label) + "', which is no number");
            return;
        }
        double value = Double.parseDouble(label);
        if (!Double.isFinite(value)) {
            throw notFinite(number, label);
        }
        if (labels.put(file, value) != null) {
            fault(number, "names '" + shortened(file) + "' again");
        }
    }

    private static EngineException notFinite(int number, String label) {
        String what = "line " + number + " has the label " + shortened(label);
        return new EngineException(Fault.DATASET_NOT_FINITE, NAME + ": " + what, List.of(new Detail(NAME, what)));
    }

    private void fault(int number, String what) {
        faults.add(new Detail(NAME, "line " + number + " " + what));
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    /** The trimmed cells of a line; a quoted one may hold commas and doubled quotes, not line breaks. */
    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                cell.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString().strip());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString().strip());
        return cells;
    }
}
