package dev.octet.engine.graph;

import static dev.octet.engine.graph.TestGraphs.doubling;
import static dev.octet.engine.graph.TestGraphs.floats;
import static dev.octet.engine.graph.TestGraphs.graph;
import static dev.octet.engine.graph.TestGraphs.node;
import static dev.octet.engine.graph.TestGraphs.when;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.scheme.ElementType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphPrinterTest {

    @Test
    void printsOneLineForEachConstantAndNode() {
        Map<String, Tensor> constants = new LinkedHashMap<>();
        constants.put("w", Tensor.ofFloats(new float[27], 1, 3, 3, 3));
        constants.put("scale", Tensor.ofFloats(new float[] {0.5f}));
        constants.put("nibbles", Tensor.ofBytes(ElementType.INT4, new byte[] {(byte) 0x8F, 0x07}, 3));
        constants.put("names", Tensor.ofStrings(new long[] {2}, List.of(Bytes.utf8("a"), Bytes.utf8("b"))));
        Value x = new Value(
                "input:0",
                new ValueType.TensorType(ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(3), Dim.UNKNOWN)));
        Value free = new Value("y", new ValueType.TensorType(ElementType.FLOAT, null));
        Node conv = node("Conv", List.of("input:0", "w", ""), "h")
                .withName("conv 1")
                .withAttribute("pads", Attribute.of(List.of(1L, 1L)))
                .withAttribute("auto_pad", Attribute.of("NOTSET"))
                .withAttribute("alpha", Attribute.of(1f));
        Node custom = new Node("", "com.example", "Magic", List.of("h"), List.of("y", ""), Map.of());

        assertThat(GraphPrinter.print(graph(List.of(x), List.of(free), constants, conv, custom)))
                .isEqualTo("""
                    graph test (input:0: FLOAT[N,3,?]) -> (y: FLOAT[*])
                      w = FLOAT[1,3,3,3]
                      scale = FLOAT[] [0.5]
                      nibbles = INT4[3] [-1,-8,7]
                      names = STRING[2] ["a","b"]
                      h = Conv(input:0, w, _) {alpha=1.0, auto_pad="NOTSET", pads=[1,1]} # 'conv 1'
                      y, _ = com.example.Magic(h)
                    """);
    }

    @Test
    void indentsSubgraphsBelowTheirNode() {
        Graph outer = graph(
                List.of(floats("c"), floats("x", 2)), List.of(floats("y", 2)), Map.of(), when("c", doubling("x"), "y"));

        assertThat(GraphPrinter.print(outer)).isEqualTo("""
            graph test (c: FLOAT[], x: FLOAT[2]) -> (y: FLOAT[2])
              y = If(c)
                else_branch:
                  graph test () -> (sum: FLOAT[2])
                    sum = Add(x, x)
                then_branch:
                  graph test () -> (sum: FLOAT[2])
                    sum = Add(x, x)
            """);
    }

    @Test
    void quotesAndEscapesStrangeNames() {
        Graph strange = graph(
                List.of(floats("_", 1)),
                List.of(floats("a\0b'\n", 1)),
                Map.of(),
                node("Relu", List.of("_"), "a\0b'\n"));

        assertThat(GraphPrinter.print(strange)).isEqualTo("""
            graph test ('_': FLOAT[1]) -> ('a\\u0000b\\u0027\\u000a': FLOAT[1])
              'a\\u0000b\\u0027\\u000a' = Relu('_')
            """);
    }
}
