package dev.octet.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MinimumCutTest {

    private static final long SEED = 20261124;

    private record Choice(int vertex, double source, double sink) {}

    private record Edge(int from, int to, double cost) {}

    /** A network written down twice: for the algorithm, and to be priced by hand. */
    private static final class Problem {
        final MinimumCut cut = new MinimumCut();
        final List<Choice> choices = new ArrayList<>();
        final List<Edge> edges = new ArrayList<>();
        final List<Integer> vertices = new ArrayList<>();

        int vertex() {
            vertices.add(cut.addVertex());
            return vertices.getLast();
        }

        void choice(int vertex, double source, double sink) {
            cut.addChoice(vertex, source, sink);
            choices.add(new Choice(vertex, source, sink));
        }

        void edge(int from, int to, double cost) {
            cut.addEdge(from, to, cost);
            edges.add(new Edge(from, to, cost));
        }

        double price(boolean[] source) {
            double sum = 0;
            for (Choice c : choices) {
                sum += source[c.vertex] ? c.source : c.sink;
            }
            for (Edge e : edges) {
                sum += source[e.from] && !source[e.to] ? e.cost : 0;
            }
            return sum;
        }

        /** The least price of all 2^n labellings. */
        double least() {
            double least = Double.POSITIVE_INFINITY;
            for (int bits = 0; bits < 1 << vertices.size(); bits++) {
                boolean[] source = new boolean[vertices.getLast() + 1];
                for (int i = 0; i < vertices.size(); i++) {
                    source[vertices.get(i)] = (bits >> i & 1) == 1;
                }
                least = Math.min(least, price(source));
            }
            return least;
        }

        void check(String what) {
            assertThat(price(cut.solve())).as(what).isEqualTo(least());
        }
    }

    @Test
    void isAsCheapAsTheCheapestOfAllLabellings() {
        for (int round = 0; round < 400; round++) {
            Random random = new Random(SEED + round);
            Problem problem = new Problem();
            int n = 1 + random.nextInt(9);
            for (int i = 0; i < n; i++) {
                problem.choice(problem.vertex(), random.nextInt(20), random.nextInt(20));
            }
            int edges = random.nextInt(3 * n);
            for (int i = 0; i < edges; i++) {
                problem.edge(
                        problem.vertices.get(random.nextInt(n)),
                        problem.vertices.get(random.nextInt(n)),
                        random.nextInt(15));
            }
            problem.check("seed " + (SEED + round));
        }
    }

    @Test
    void tiedVerticesGetOneLabelAndStillTheCheapest() {
        for (int round = 0; round < 200; round++) {
            Random random = new Random(SEED + round);
            Problem problem = new Problem();
            int n = 2 + random.nextInt(7);
            for (int i = 0; i < n; i++) {
                problem.choice(problem.vertex(), random.nextInt(20), random.nextInt(20));
            }
            for (int i = 0; i < n; i++) {
                int from = problem.vertices.get(random.nextInt(n));
                int to = problem.vertices.get(random.nextInt(n));
                boolean tie = random.nextBoolean();
                problem.edge(from, to, tie ? Double.POSITIVE_INFINITY : random.nextInt(15));
                problem.edge(to, from, tie ? Double.POSITIVE_INFINITY : random.nextInt(15));
            }
            problem.check("seed " + (SEED + round));
        }
    }

    @Test
    void partsThatAreNotConnectedAreSolvedEachByItself() {
        Problem problem = new Problem();
        int cheapSource = problem.vertex();
        int cheapSink = problem.vertex();
        int free = problem.vertex();
        problem.choice(cheapSource, 1, 5);
        problem.choice(cheapSink, 5, 1);
        boolean[] source = problem.cut.solve();
        assertThat(source[cheapSource]).isTrue();
        assertThat(source[cheapSink]).isFalse();
        assertThat(source[free]).as("nothing pulls it anywhere").isFalse();
    }

    @Test
    void equalPricesAreLabelledSink() {
        Problem problem = new Problem();
        int even = problem.vertex();
        problem.choice(even, 3, 3);
        assertThat(problem.cut.solve()[even]).isFalse();
    }

    @Test
    void aVertexForcedToBothSidesIsAnError() {
        Problem problem = new Problem();
        int torn = problem.vertex();
        problem.choice(torn, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        assertThatThrownBy(problem.cut::solve).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesNegativeAndUndefinedPrices() {
        MinimumCut cut = new MinimumCut();
        int vertex = cut.addVertex();
        assertThatThrownBy(() -> cut.addEdge(vertex, vertex, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cut.addEdge(vertex, vertex, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pricesOfVeryDifferentSizesDoNotBlurTheChoice() {
        Problem problem = new Problem();
        for (int i = 0; i < 10; i++) {
            problem.choice(problem.vertex(), Math.pow(10, i) * 1.5, Math.pow(10, i));
        }
        for (int i = 0; i < 9; i++) {
            problem.edge(problem.vertices.get(i + 1), problem.vertices.get(i), Math.pow(10, i));
        }
        problem.choice(problem.vertices.get(9), 0, 1e10);
        problem.check("prices from 1 to 1e10");
    }

    @Test
    void aChainOfTenThousandVerticesIsSolvedWithoutRecursion() {
        Problem problem = new Problem();
        int before = problem.vertex();
        problem.choice(before, 0, 100);
        for (int i = 1; i < 10_000; i++) {
            int vertex = problem.vertex();
            problem.edge(before, vertex, Double.POSITIVE_INFINITY);
            before = vertex;
        }
        problem.choice(before, 40, 0);
        boolean[] source = problem.cut.solve();
        assertThat(problem.vertices).allMatch(v -> source[v]);
        assertThat(problem.price(source)).isEqualTo(40);
    }
}
