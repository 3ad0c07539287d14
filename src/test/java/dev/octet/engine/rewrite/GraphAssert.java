package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphPrinter;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.scheme.ElementType;
import java.util.Optional;
import org.assertj.core.api.AbstractAssert;

/** Says what a quantized graph looks like: {@code assertThatGraph(g).hasQdqAround("conv1")}. */
final class GraphAssert extends AbstractAssert<GraphAssert, Graph> {

    private final Uses uses;

    private GraphAssert(Graph graph) {
        super(graph, GraphAssert.class);
        this.uses = Uses.of(graph);
    }

    static GraphAssert assertThatGraph(Graph graph) {
        return new GraphAssert(graph);
    }

    /** The node reads dequantized activations and weights and its output is quantized. */
    GraphAssert hasQdqAround(String node) {
        Node found = node(node);
        isMadeBy(found.input(0), "DequantizeLinear", "input 0 of " + node);
        isMadeBy(found.input(1), "DequantizeLinear", "input 1 of " + node);
        if (found.hasInput(2)) {
            isMadeBy(found.input(2), "DequantizeLinear", "bias of " + node);
        }
        Optional<Node> consumer = uses.onlyConsumer(found.output(0));
        if (consumer.filter(c -> c.is("QuantizeLinear")).isEmpty()) {
            fail("the output of " + node + " is not quantized");
        }
        return this;
    }

    /** The node's inputs and output are plain floats. */
    GraphAssert hasNoQdqAround(String node) {
        Node found = node(node);
        for (String input : found.inputs()) {
            if (uses.producer(input)
                    .filter(p -> p.is("DequantizeLinear") && isInteger(p.input(0)))
                    .isPresent()) {
                fail("weights of " + node + " are quantized");
            }
        }
        return this;
    }

    GraphAssert has(int count, String op) {
        long found = actual.nodes().stream().filter(n -> n.is(op)).count();
        if (found != count) {
            fail("expected " + count + " " + op + ", found " + found);
        }
        return this;
    }

    GraphAssert hasNo(String op) {
        return has(0, op);
    }

    /** The constant that the DequantizeLinear at input {@code position} of the node reads. */
    Tensor quantizedConstant(String node, int position) {
        Node dequantize = uses.producer(node(node).input(position)).orElseThrow();
        return actual.constant(dequantize.input(0)).orElseThrow();
    }

    private boolean isInteger(String value) {
        return actual.constant(value).filter(t -> t.type() == ElementType.INT8).isPresent();
    }

    private void isMadeBy(String value, String op, String what) {
        if (uses.producer(value).filter(p -> p.is(op)).isEmpty()) {
            fail(what + ", " + value + ", is not made by " + op);
        }
    }

    private Node node(String name) {
        return actual.nodes().stream()
                .filter(n -> n.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no node " + name + " in\n" + GraphPrinter.print(actual)));
    }

    private void fail(String message) {
        failWithMessage("%s%n%s", message, GraphPrinter.print(actual));
    }
}
