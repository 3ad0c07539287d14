package dev.octet.engine.search.training;

import dev.octet.engine.data.Labels;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.MetricKind;
import dev.octet.engine.train.task.Answer;
import dev.octet.engine.train.task.Answer.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values that a trained model is held against its float model by.
 *
 * <p>Softmax is looked behind: logits tell more than shares that round to nothing. So is ArgMax, which has no gradient.
 */
final class FindAnswers {

    /** What an output's numbers are. */
    enum Form {
        /** Of classes along the last axis, up to a constant. */
        LOGITS,
        /** Of classes along the last axis, adding up to 1. */
        SHARES,
        /** The number of a class. */
        INDICES,
        /** Boxes that count by their scores, which are the answer after it. */
        BOXES,
        /** Scores of boxes, each in [0, 1]. */
        SCORES,
        NUMBERS
    }

    /**
     * What one output is compared by.
     *
     * @param output its position among the model's outputs
     * @param form what its own numbers are
     * @param answer what it is trained by
     */
    record Found(int output, Form form, Answer answer) {}

    private static final Set<MetricKind> OF_CLASSES =
            EnumSet.of(MetricKind.TOP1, MetricKind.TOP5, MetricKind.F1, MetricKind.PERPLEXITY);

    private final Graph graph;
    private final Uses uses;

    private FindAnswers(Graph graph) {
        this.graph = graph;
        this.uses = Uses.of(graph);
    }

    /**
     * The answers of {@code graph}, in the order of its outputs.
     *
     * @param metric what the result is scored by: of classes or of numbers
     * @param labels true answers to train on; null where there are none
     * @throws EngineException MODEL_UNSUPPORTED where no output is in floating point
     */
    static List<Found> of(Graph graph, MetricKind metric, @Nullable Labels labels) {
        boolean classes = OF_CLASSES.contains(metric)
                || (metric == MetricKind.FIDELITY && labels != null && labels.integral() && labels.width() == 1);
        if (metric == MetricKind.MEAN_AVERAGE_PRECISION) {
            List<Found> heads = FindHeads.of(graph);
            if (!heads.isEmpty()) {
                return heads;
            }
        }
        FindAnswers find = new FindAnswers(graph);
        List<Found> answers = new ArrayList<>();
        for (int i = 0; i < graph.outputs().size(); i++) {
            Found found = find.answer(i, classes && answers.isEmpty());
            if (found != null) {
                answers.add(found);
            }
        }
        if (answers.isEmpty()) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "The model can't be trained: none of its outputs follows from floating-point numbers that could be"
                            + " compared.");
        }
        return answers;
    }

    private @Nullable Found answer(int position, boolean classes) {
        Value value = graph.outputs().get(position);
        String output = value.name();
        Node producer = uses.producer(output).orElse(null);
        if (producer != null && producer.is("ArgMax")) {
            Answer answer = new Answer(producer.input(0), Kind.CLASSES);
            return isFloat(producer.input(0)) ? new Found(position, Form.INDICES, answer) : null;
        }
        if (!isFloat(output)) {
            return null;
        }
        boolean softmax = producer != null && (producer.is("Softmax") || producer.is("LogSoftmax"));
        if (producer != null && softmax && isAlongLast(producer)) {
            Form form = producer.is("Softmax") ? Form.SHARES : Form.LOGITS;
            return new Found(position, form, new Answer(producer.input(0), Kind.CLASSES));
        }
        return classes && rank(output) >= 2
                ? new Found(position, Form.LOGITS, new Answer(output, Kind.CLASSES))
                : new Found(position, Form.NUMBERS, new Answer(output, Kind.NUMBERS));
    }

    private boolean isAlongLast(Node softmax) {
        long axis = softmax.intAttribute("axis", -1);
        return axis == -1 || axis == rank(softmax.output(0)) - 1;
    }

    private int rank(String value) {
        return graph.typeOf(value) instanceof TensorType type ? type.rank() : -1;
    }

    private boolean isFloat(String value) {
        return graph.typeOf(value) instanceof TensorType type && type.element().isFloatingPoint();
    }
}
