package dev.octet.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Placements against the cheapest of all placements, priced here from the cost model's words alone. */
class PlaceByMinimumCutTest {

    private static final long SEED = 20261124;

    @TempDir
    Path scratch;

    /** What a placement is said to cost, and whether it is allowed. */
    private record Pricing(Graph graph, Uses uses, CostModel costs, Placement rules) {

        double price(Set<String> quantized) {
            double sum = 0;
            for (Node node : graph.nodes()) {
                boolean integer = quantized.contains(node.id());
                Rule rule = rules.rule(node);
                sum += switch (rule.role()) {
                    case FLOAT, TABLE, RECURRENT -> integer ? Double.POSITIVE_INFINITY : 0;
                    case CLAMP ->
                        integer
                                        == quantized.contains(uses.producer(node.input(0))
                                                .orElseThrow()
                                                .id())
                                ? 0
                                : Double.POSITIVE_INFINITY;
                    case ARITHMETIC ->
                        integer
                                ? allowed(node, quantized) ? costs.int8Nanos(node) : Double.POSITIVE_INFINITY
                                : costs.floatNanos(node);
                    case COMPUTE, COMPUTE_FLOAT_OUT, MOVEMENT, CONCAT ->
                        integer ? costs.int8Nanos(node) : costs.floatNanos(node);
                };
                sum += conversions(node.output(0), integer, rule.role() == Role.COMPUTE_FLOAT_OUT, quantized);
            }
            for (Value input : graph.inputs()) {
                sum += conversions(input.name(), false, false, quantized);
            }
            return sum;
        }

        private boolean allowed(Node node, Set<String> quantized) {
            return rules.rule(node).activations().stream()
                    .allMatch(i -> uses.producer(node.input(i))
                            .filter(p -> quantized.contains(p.id()))
                            .isPresent());
        }

        private double conversions(String value, boolean integer, boolean freeInFloat, Set<String> quantized) {
            List<Node> consumers = uses.consumers(value);
            if (consumers.size() == 1 && rules.rule(consumers.getFirst()).role() == Role.CLAMP) {
                return 0;
            }
            boolean anyInteger = consumers.stream().anyMatch(c -> quantized.contains(c.id()));
            boolean anyFloat = graph.isOutput(value) || consumers.stream().anyMatch(c -> !quantized.contains(c.id()));
            if (integer) {
                return anyFloat && !freeInFloat ? costs.dequantizeNanos(value) : 0;
            }
            return anyInteger ? costs.quantizeNanos(value) : 0;
        }

        double least() {
            List<String> ids = graph.nodes().stream().map(Node::id).toList();
            double least = Double.POSITIVE_INFINITY;
            for (int bits = 0; bits < 1 << ids.size(); bits++) {
                Set<String> quantized = new HashSet<>();
                for (int i = 0; i < ids.size(); i++) {
                    if ((bits >> i & 1) == 1) {
                        quantized.add(ids.get(i));
                    }
                }
                least = Math.min(least, price(quantized));
            }
            return least;
        }
    }

    /** Convolutions, products, clamps, additions, pools, joins and islands, each reading what came before at random. */
    private static Network random(long seed) {
        Random random = new Random(seed);
        Network network = Network.network().input("x", -1, 4, 6, 6);
        List<String> values = new ArrayList<>(List.of("x"));
        int n = 4 + random.nextInt(7);
        for (int i = 0; i < n; i++) {
            String y = "v" + i;
            String a = values.get(values.size() - 1 - random.nextInt(Math.min(values.size(), 3)));
            String b = values.get(random.nextInt(values.size()));
            switch (random.nextInt(8)) {
                case 0, 1 -> network.conv(y, a, 4, 3);
                case 2 -> network.node(y + " = Relu(" + a + ")");
                case 3 -> network.node(y + " = Add(" + a + ", " + b + ")");
                case 4 ->
                    network.node(y + " = MaxPool(" + a + ")", "kernel_shape", new long[] {3, 3}, "pads", new long[] {
                        1, 1, 1, 1
                    });
                case 5 -> network.node(y + " = Tanh(" + a + ")");
                case 6 -> network.matMul(y, a, 6, 6);
                default -> network.node(y + " = Transpose(" + a + ")", "perm", new long[] {0, 1, 3, 2});
            }
            values.add(y);
        }
        return network.output(values.getLast());
    }

    @Test
    void noPlacementIsCheaper() {
        int mixed = 0;
        for (int round = 0; round < 60; round++) {
            long seed = SEED + round;
            Graph graph = random(seed).typed(scratch).graph();
            Uses uses = Uses.of(graph);
            CostModel costs = Costs.random(seed);
            Placement placement = PlaceByMinimumCut.place(graph, uses, costs, Set.of(), Set.of());
            Set<String> quantized = graph.nodes().stream()
                    .filter(placement::isQuantized)
                    .map(Node::id)
                    .collect(Collectors.toSet());
            Pricing pricing = new Pricing(graph, uses, costs, placement);
            assertThat(pricing.price(quantized))
                    .as("seed %d:%n%s", seed, placement.decisions())
                    .isEqualTo(pricing.least());
            mixed += quantized.isEmpty() || quantized.size() == graph.nodes().size() ? 0 : 1;
        }
        assertThat(mixed).as("graphs with both kinds of nodes").isGreaterThan(20);
    }

    @Test
    void everythingMayRunOnIntegersWhereTheyPayAndNothingWhereTheyDoNot() {
        Graph graph = Network.network()
                .input("x", -1, 4, 6, 6)
                .conv("c1", "x", 4, 3)
                .node("r1 = Relu(c1)")
                .conv("c2", "r1", 4, 3)
                .output("c2")
                .typed(scratch)
                .graph();
        Uses uses = Uses.of(graph);
        Placement all = PlaceByMinimumCut.place(graph, uses, Costs.integersAlwaysPay(), Set.of(), Set.of());
        assertThat(graph.nodes()).allMatch(all::isQuantized);
        Placement none = PlaceByMinimumCut.place(graph, uses, Costs.integersNeverPay(), Set.of(), Set.of());
        assertThat(graph.nodes()).noneMatch(none::isQuantized);
        assertThat(none.quantizesWeights(graph)).isFalse();
    }
}
