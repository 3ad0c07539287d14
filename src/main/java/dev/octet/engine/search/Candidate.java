package dev.octet.engine.search;

import dev.octet.engine.graph.Model;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.plan.QuantizationPlan;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A quantized model that has yet to prove itself.
 *
 * @param model the quantized graph
 * @param plan what was decided
 * @param statistics what calibration saw, by value; empty where there was none
 */
public record Candidate(Model model, QuantizationPlan plan, Map<String, TensorStatistics> statistics) {

    public Candidate {
        statistics = Collections.unmodifiableMap(new LinkedHashMap<>(statistics));
    }
}
