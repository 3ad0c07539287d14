package dev.octet.engine.train.task;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.plan.QuantizationPlan;
import java.util.List;

/**
 * What came of a training: its best epoch.
 *
 * @param graph with constants as learned, those of quantized nodes on their grids
 * @param plan with encodings as learned
 * @param epochs what each brought, from the state before training on
 * @param best number of the epoch that {@code graph} and {@code plan} are of; 0 where none was better than the start
 * @param resumed number of epochs that an earlier attempt had done; 0 where it began here
 * @param ending why it ended, in a sentence
 */
public record Trained(Graph graph, QuantizationPlan plan, List<Epoch> epochs, int best, int resumed, String ending) {

    public Trained {
        epochs = List.copyOf(epochs);
    }

    /** The epoch numbered {@code number}. */
    public Epoch epoch(int number) {
        return epochs.stream()
                .filter(epoch -> epoch.number() == number)
                .findFirst()
                .orElseThrow();
    }
}
