package dev.octet.engine.data.text;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One sample of texts.
 *
 * @param text what is tokenized; not empty
 * @param pair a second text, tokenized behind the first as a segment of its own; null where there is none
 * @param labels its true answers, finite; empty where it has none
 */
public record TextRow(String text, @Nullable String pair, List<Double> labels) {

    public TextRow {
        labels = List.copyOf(labels);
    }
}
