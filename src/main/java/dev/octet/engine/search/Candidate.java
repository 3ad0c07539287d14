package dev.octet.engine.search;

import dev.octet.engine.algorithm.blockwise.EncodedMatrix;
import dev.octet.engine.graph.Model;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.train.task.TrainingStory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A quantized model that has yet to prove itself.
 *
 * @param base the float model that {@code plan} is for: the prepared one, with corrections where there are some; it computes the
 *     same
 * @param model the quantized graph
 * @param plan what was decided
 * @param statistics what calibration saw, by value; empty where there was none
 * @param notes what the corrections did, or why they did not apply
 * @param blocks weights in blocks by {@link dev.octet.engine.graph.Node#id()}, where only weights are quantized
 * @param training how its weights and encodings were learned, or why they were not in the end; null where nothing was to be
 */
public record Candidate(
        Model base,
        Model model,
        QuantizationPlan plan,
        Map<String, TensorStatistics> statistics,
        List<String> notes,
        Map<String, EncodedMatrix> blocks,
        @Nullable TrainingStory training) {

    public Candidate {
        statistics = Collections.unmodifiableMap(new LinkedHashMap<>(statistics));
        notes = List.copyOf(notes);
        blocks = Collections.unmodifiableMap(new LinkedHashMap<>(blocks));
    }

    /** A candidate that was not trained. */
    public Candidate(
            Model base,
            Model model,
            QuantizationPlan plan,
            Map<String, TensorStatistics> statistics,
            List<String> notes,
            Map<String, EncodedMatrix> blocks) {
        this(base, model, plan, statistics, notes, blocks, null);
    }

    /** A candidate whose weights are not in blocks. */
    public Candidate(
            Model base,
            Model model,
            QuantizationPlan plan,
            Map<String, TensorStatistics> statistics,
            List<String> notes) {
        this(base, model, plan, statistics, notes, Map.of(), null);
    }

    /** The same with a further note; an empty one adds nothing. */
    public Candidate withNote(String note) {
        if (note.isEmpty()) {
            return this;
        }
        List<String> more = new ArrayList<>(notes);
        more.add(note);
        return new Candidate(base, model, plan, statistics, more, blocks, training);
    }

    /** The same with the story of its training. */
    public Candidate with(TrainingStory story) {
        return new Candidate(base, model, plan, statistics, notes, blocks, story);
    }
}
