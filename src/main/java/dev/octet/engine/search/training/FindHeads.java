package dev.octet.engine.search.training;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.search.training.FindAnswers.Form;
import dev.octet.engine.search.training.FindAnswers.Found;
import dev.octet.engine.train.task.Answer;
import dev.octet.engine.train.task.Answer.Kind;
import dev.octet.engine.train.task.Answer.Scores;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The boxes and the scores of a detector, to be told apart whether they leave by one output or by two.
 *
 * <pre>
 * boxes [n, anchors, 4] ------------ output      boxes [n, 4, anchors] ---------- Concat - output
 * logits [n, anchors, c] - Sigmoid - output      logits [n, c, anchors] - Sigmoid /
 * </pre>
 *
 * <p>In one number for both, pixels would outweigh scores by so much that nothing were learned of these.
 */
final class FindHeads {

    private static final int RANK = 3;
    private static final int BOX = 4;

    private final Graph graph;
    private final Uses uses;

    private FindHeads(Graph graph) {
        this.graph = graph;
        this.uses = Uses.of(graph);
    }

    /** Boxes, then their scores; none where the outputs of {@code graph} have another form. */
    static List<Found> of(Graph graph) {
        FindHeads find = new FindHeads(graph);
        return graph.outputs().size() == 1 ? find.joined() : find.apart();
    }

    private List<Found> apart() {
        List<String> outputs = graph.outputs().stream().map(Value::name).toList();
        int boxes = IntStream.range(0, outputs.size())
                .filter(i -> isBoxes(outputs.get(i), 2))
                .findFirst()
                .orElse(-1);
        int scores = IntStream.range(0, outputs.size())
                .filter(i -> i != boxes && logits(outputs.get(i)).isPresent())
                .findFirst()
                .orElse(-1);
        return boxes < 0 || scores < 0 ? List.of() : heads(boxes, outputs.get(boxes), scores, outputs.get(scores), 2);
    }

    private List<Found> joined() {
        Node concat = uses.producer(graph.outputs().getFirst().name()).orElse(null);
        if (concat == null
                || !concat.is("Concat")
                || concat.intAttribute("axis", 0) != 1
                || concat.inputs().size() != 2
                || !isBoxes(concat.input(0), 1)
                || logits(concat.input(1)).isEmpty()) {
            return List.of();
        }
        return heads(0, concat.input(0), 0, concat.input(1), 1);
    }

    private List<Found> heads(int boxesAt, String boxes, int scoresAt, String scores, int axis) {
        String logits = logits(scores).orElseThrow();
        List<Found> heads = new ArrayList<>();
        Scores by = new Scores(logits, axis, axis == 2);
        heads.add(new Found(boxesAt, Form.BOXES, new Answer(boxes, Kind.BOXES, by)));
        heads.add(new Found(scoresAt, Form.SCORES, new Answer(logits, Kind.SHARES)));
        return heads;
    }

    private boolean isBoxes(String value, int axis) {
        return graph.typeOf(value) instanceof TensorType type
                && type.element().isFloatingPoint()
                && type.rank() == RANK
                && type.shape() != null
                && type.shape().get(axis).equals(Dim.of(BOX));
    }

    /** What goes into the Sigmoid that {@code scores} come from. */
    private Optional<String> logits(String scores) {
        boolean fits = graph.typeOf(scores) instanceof TensorType type && type.rank() == RANK;
        return uses.producer(scores).filter(node -> fits && node.is("Sigmoid")).map(node -> node.input(0));
    }
}
