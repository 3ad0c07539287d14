package dev.octet.engine.graph;

import java.util.List;

/** One transformation of a model into another that needs no data. */
public interface Rewrite {

    /** What it does in a few words, for logs and reports. */
    String title();

    /** The model rewritten, and what happened or why nothing did. */
    Result apply(Model model);

    /**
     * A rewritten model.
     *
     * @param model the model after the pass; the same object where the pass did not apply
     * @param notes what was done, or why the pass was skipped, in sentences for the report
     */
    record Result(Model model, List<String> notes) {
        public Result {
            notes = List.copyOf(notes);
        }
    }
}
