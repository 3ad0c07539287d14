package dev.octet.engine.outline;

import dev.octet.engine.graph.Function;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.rewrite.MaterializeConstants;
import dev.octet.engine.scheme.ModelOutline;
import dev.octet.engine.scheme.ModelOutline.Entry;
import dev.octet.engine.scheme.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Draws up the nodes of a model for people, without running it.
 *
 * <p>Constants are no nodes here; whoever reads one has it among its weights. What comes out is bounded whatever the model holds:
 * in nodes, in the length of a name, and in characters altogether.
 */
public final class Outline {
    private static final int MOST_NODES = 20_000;
    private static final int MOST_CHARACTERS = 4 << 20;
    private static final int LONGEST_NAME = 300;
    private static final int MOST_VALUES = 256;
    private static final int DEEPEST = 16;

    /** The constants that a graph's nodes may read, its own before those around it. */
    private interface Constants {
        @Nullable
        Tensor named(String name);
    }

    private final Set<String> functions;
    private final List<Entry> entries = new ArrayList<>();
    private int characters;
    private int total;

    private Outline(Set<String> functions) {
        this.functions = functions;
    }

    /** The nodes of {@code model}, bodies included. */
    public static ModelOutline of(Model model) {
        Outline outline =
                new Outline(model.functions().stream().map(Function::name).collect(Collectors.toSet()));
        Graph graph = new MaterializeConstants().apply(model).model().graph();
        outline.top(graph);
        return new ModelOutline(outline.entries, outline.total);
    }

    private void top(Graph graph) {
        Expectations expectations = new Expectations(graph, functions);
        for (Node node : graph.nodes()) {
            add(node, expectations.of(node), graph.initializers()::get, null);
            bodies(node, graph.initializers()::get, 1);
        }
    }

    private void bodies(Node owner, Constants around, int depth) {
        for (Graph body : owner.subgraphs()) {
            Constants constants = name -> {
                Tensor own = body.initializers().get(name);
                return own != null ? own : around.named(name);
            };
            for (Node node : body.nodes()) {
                add(node, Expectations.inBody(owner), constants, owner.label());
                if (depth < DEEPEST) {
                    bodies(node, constants, depth + 1);
                }
            }
        }
    }

    private boolean hasRoom() {
        return entries.size() < MOST_NODES && characters < MOST_CHARACTERS;
    }

    private void add(Node node, Expectations.Fate fate, Constants constants, @Nullable String inside) {
        total++;
        if (!hasRoom()) {
            return;
        }
        List<TensorInfo> weights = new ArrayList<>();
        List<String> inputs = new ArrayList<>();
        long bytes = 0;
        for (String input : node.inputs()) {
            Tensor constant = constants.named(input);
            if (constant != null) {
                bytes += constant.data().byteSize();
                if (weights.size() < MOST_VALUES) {
                    weights.add(info(input, constant));
                }
            } else if (!input.isEmpty() && inputs.size() < MOST_VALUES) {
                inputs.add(shortened(input));
            }
        }
        entries.add(new Entry(
                shortened(node.label()),
                shortened(node.domain().isEmpty() ? node.op() : node.domain() + "." + node.op()),
                inputs,
                node.outputs().stream()
                        .filter(output -> !output.isEmpty())
                        .limit(MOST_VALUES)
                        .map(this::shortened)
                        .toList(),
                weights,
                bytes,
                fate.expected(),
                shortened(fate.reason()),
                inside == null ? null : shortened(inside)));
    }

    private TensorInfo info(String name, Tensor constant) {
        List<Object> shape = Arrays.stream(constant.dims())
                .limit(8)
                .<Object>mapToObj(size -> size)
                .toList();
        return new TensorInfo(shortened(name), constant.type().name(), shape);
    }

    private String shortened(String text) {
        String kept = text.length() > LONGEST_NAME ? text.substring(0, LONGEST_NAME - 1) + "…" : text;
        characters += kept.length();
        return kept;
    }
}
