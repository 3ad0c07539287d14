package dev.octet.engine.graph;

import static dev.octet.engine.graph.TestGraphs.doubling;
import static dev.octet.engine.graph.TestGraphs.floats;
import static dev.octet.engine.graph.TestGraphs.graph;
import static dev.octet.engine.graph.TestGraphs.node;
import static dev.octet.engine.graph.TestGraphs.when;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UsesTest {

    private final Node relu = node("Relu", List.of("x"), "r");
    private final Node square = node("Mul", List.of("r", "r"), "s");
    private final Node branch = when("c", doubling("r"), "b");
    private final Node clip = node("Clip", List.of("b", "", "s"), "y");
    private final Uses uses = Uses.of(
            graph(List.of(floats("x", 2), floats("c")), List.of(floats("y", 2)), Map.of(), relu, square, branch, clip));

    @Test
    void knowsTheProducerOfEachValue() {
        assertThat(uses.producer("r")).containsSame(relu);
        assertThat(uses.producer("y")).containsSame(clip);
        assertThat(uses.producer("x")).isEmpty();
        assertThat(uses.producer("sum")).isEmpty();
    }

    @Test
    void listsEachConsumerOnceInOrderWithThoseWhoseSubgraphsCapture() {
        assertThat(uses.consumers("r")).containsExactly(square, branch);
        assertThat(uses.consumers("b")).containsExactly(clip);
        assertThat(uses.consumers("y")).isEmpty();
    }

    @Test
    void treatsAnInputLeftOutAsNoUse() {
        assertThat(uses.consumers("")).isEmpty();
    }

    @Test
    void tellsCapturedValuesFromOthers() {
        assertThat(uses.isCaptured("r")).isTrue();
        assertThat(uses.isCaptured("s")).isFalse();
        assertThat(uses.isCaptured("sum")).isFalse();
    }

    @Test
    void aValueOfASubgraphHidesTheOneAroundIt() {
        Graph body = graph(
                List.of(),
                List.of(floats("out", 2)),
                Map.of("r", Tensor.ofFloats(new float[] {1, 2}, 2)),
                node("Relu", List.of("r"), "out"));
        Uses hidden = Uses.of(graph(
                List.of(floats("x", 2), floats("c")), List.of(floats("b", 2)), Map.of(), relu, when("c", body, "b")));

        assertThat(hidden.consumers("r")).isEmpty();
        assertThat(hidden.isCaptured("r")).isFalse();
    }

    @Test
    void findsTheOnlyConsumerUnlessTheCallerTakesTheValueToo() {
        assertThat(uses.onlyConsumer("s")).containsSame(clip);
        assertThat(uses.onlyConsumer("r")).isEmpty();
        Uses taken = Uses.of(
                graph(List.of(floats("x", 2)), List.of(floats("r", 2), floats("s", 2)), Map.of(), relu, square));
        assertThat(taken.onlyConsumer("r")).isEmpty();
        assertThat(taken.isOutput("r")).isTrue();
    }
}
