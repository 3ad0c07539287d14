package dev.octet.engine.algorithm;

import dev.octet.engine.graph.Model;
import dev.octet.engine.plan.QuantizationPlan;
import java.util.List;

/**
 * A float model and a plan for it after a correction: what InsertQdq is to perform instead.
 *
 * @param model with other constants; its nodes are the same
 * @param plan with other encodings; its placement is the same
 * @param notes what was done, or why not
 */
public record Corrected(Model model, QuantizationPlan plan, List<String> notes) {

    public Corrected {
        notes = List.copyOf(notes);
    }
}
