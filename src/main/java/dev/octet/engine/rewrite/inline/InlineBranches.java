package dev.octet.engine.rewrite.inline;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts the branch that a constant condition chooses in the place of its If.
 *
 * <pre>
 * before:  If "choice" (true) { x, w -> Conv "c" -> t } else { … } -> y
 * after:   x, w -> Conv "choice/c" -> y
 * </pre>
 *
 * <p>Inside of a body nothing is quantized, here it is. Both branches can't be taken in where the input chooses.
 */
public final class InlineBranches implements Rewrite {

    @Override
    public String title() {
        return "inline branches";
    }

    @Override
    public Result apply(Model model) {
        List<String> notes = new ArrayList<>();
        Model current = model;
        for (Optional<Node> next = chosen(model.graph()); next.isPresent(); next = chosen(current.graph())) {
            current = current.withGraph(inlined(current.graph(), next.get(), notes));
        }
        if (notes.isEmpty()) {
            notes.add("skipped: no If has a constant condition");
        }
        return new Result(current, notes);
    }

    /** The first If whose condition is constant. */
    private static Optional<Node> chosen(Graph graph) {
        return graph.nodes().stream()
                .filter(node -> node.is("If") && branch(graph, node).isPresent())
                .findFirst();
    }

    private static Optional<Graph> branch(Graph graph, Node node) {
        return graph.constant(node.input(0))
                .filter(condition -> condition.type() == ElementType.BOOL && condition.elements() == 1)
                .map(condition -> node.attributes().get(condition.toLongs()[0] != 0 ? "then_branch" : "else_branch"))
                .filter(Attribute.OfGraph.class::isInstance)
                .map(attribute -> ((Attribute.OfGraph) attribute).value())
                .filter(branch -> branch.outputs().size() >= node.outputs().size());
    }

    private static Graph inlined(Graph graph, Node choice, List<String> notes) {
        Graph branch = branch(graph, choice).orElseThrow();
        Names names = new Names(graph);
        Copier copier = new Copier(names, choice.label(), Map.of());
        Set<String> made = new HashSet<>();
        branch.nodes().forEach(node -> made.addAll(node.outputs()));
        List<Node> handedOn = new ArrayList<>();
        for (int i = 0; i < choice.outputs().size(); i++) {
            String inside = branch.outputs().get(i).name();
            if (!choice.output(i).isEmpty() && made.remove(inside)) {
                copier.bind(inside, choice.output(i));
            }
        }
        Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
        initializers.putAll(copier.copy(branch.initializers()));
        List<Node> copies = new ArrayList<>(copier.copy(branch.nodes()));
        for (int i = 0; i < choice.outputs().size(); i++) {
            String from = copier.name(branch.outputs().get(i).name());
            String to = choice.output(i);
            if (!to.isEmpty() && !from.equals(to)) {
                handedOn.add(Node.of(names.node(to + "_Identity"), "Identity", List.of(from), List.of(to)));
            }
        }
        copies.addAll(handedOn);
        List<Node> nodes = new ArrayList<>();
        graph.nodes().forEach(node -> nodes.addAll(node.id().equals(choice.id()) ? copies : List.of(node)));
        notes.add(choice.label() + ": its condition is constant, the branch of "
                + branch.nodes().size() + " nodes that it chooses took its place");
        return graph.withNodes(nodes).withInitializers(initializers);
    }
}
