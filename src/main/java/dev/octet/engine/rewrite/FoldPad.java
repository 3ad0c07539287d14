package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.rewrite.constant.Floats;
import dev.octet.engine.scheme.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Folds zero padding into the convolution or average pooling behind it.
 *
 * <pre>
 * before:  x -> Pad(0,0,1,1, 0,0,1,1) -> Conv(pads=[p...]) -> y
 * after:   x -> Conv(pads=[p... + 1,1,1,1]) -> y
 * also:    Pad -> AveragePool(no pads) -> y  becomes  AveragePool(pads, count_include_pad=1)
 * </pre>
 *
 * <p>Only constant, non-negative padding of spatial axes with zero. Not into MaxPool, which pads with minus infinity.
 */
public final class FoldPad implements Rewrite {

    @Override
    public String title() {
        return "fold padding";
    }

    @Override
    public Result apply(Model model) {
        Graph graph = model.graph();
        GraphEditor editor = new GraphEditor(graph);
        Uses uses = Uses.of(graph);
        List<String> notes = new ArrayList<>();
        boolean changed = false;
        for (Node pad : graph.nodes()) {
            if (!pad.is("Pad")) {
                continue;
            }
            List<Node> consumers = uses.consumers(pad.output(0));
            if (consumers.isEmpty() || graph.isOutput(pad.output(0)) || uses.isCaptured(pad.output(0))) {
                notes.add("skipped " + pad.label() + ": its result is an output or used by a subgraph");
                continue;
            }
            List<Node> folded = new ArrayList<>();
            for (Node consumer : consumers) {
                folded(graph, pad, consumer).ifPresent(folded::add);
            }
            if (folded.size() < consumers.size()) {
                notes.add("skipped " + pad.label()
                        + ": not all that use it are convolutions or average pools, or it is no"
                        + " constant zero padding of spatial axes");
                continue;
            }
            for (int i = 0; i < folded.size(); i++) {
                editor.replace(consumers.get(i), List.of(folded.get(i)));
                notes.add("folded " + pad.label() + " into " + folded.get(i).label());
            }
            editor.remove(pad);
            changed = true;
        }
        if (notes.isEmpty()) {
            notes.add("skipped: the model has no Pad");
        }
        return new Result(changed ? model.withGraph(editor.build()) : model, notes);
    }

    private static Optional<Node> folded(Graph graph, Node pad, Node consumer) {
        boolean first =
                consumer.input(0).equals(pad.output(0)) && Collections.frequency(consumer.inputs(), pad.output(0)) == 1;
        String auto = consumer.stringAttribute("auto_pad", "NOTSET");
        boolean explicit = auto.equals("NOTSET") || auto.equals("VALID");
        if (!first || !explicit || !isZero(graph, pad)) {
            return Optional.empty();
        }
        if (consumer.is("Conv")) {
            return graph.constant(consumer.input(1))
                    .flatMap(weight -> spatialPads(graph, pad, weight.rank()))
                    .map(pads -> padded(pad, consumer, pads, auto.equals("VALID")));
        }
        List<Long> kernel = consumer.intsAttribute("kernel_shape", List.of());
        boolean bare = consumer.intsAttribute("pads", List.of()).stream().allMatch(p -> p == 0) || auto.equals("VALID");
        if (consumer.is("AveragePool") && bare && consumer.intAttribute("ceil_mode", 0) == 0) {
            return spatialPads(graph, pad, kernel.size() + 2)
                    .filter(pads -> isSmaller(pads, kernel))
                    .map(pads -> padded(pad, consumer, pads, true).withAttribute("count_include_pad", Attribute.of(1)));
        }
        return Optional.empty();
    }

    private static Node padded(Node pad, Node consumer, long[] pads, boolean unpadded) {
        List<Long> before = unpadded ? List.of() : consumer.intsAttribute("pads", List.of());
        List<Long> sum = new ArrayList<>();
        for (int i = 0; i < pads.length; i++) {
            sum.add(pads[i] + (i < before.size() ? before.get(i) : 0));
        }
        List<String> inputs = new ArrayList<>(consumer.inputs());
        inputs.set(0, pad.input(0));
        return consumer.withInputs(inputs).withoutAttribute("auto_pad").withAttribute("pads", Attribute.of(sum));
    }

    private static boolean isZero(Graph graph, Node pad) {
        return pad.stringAttribute("mode", "constant").equals("constant")
                && (!pad.hasInput(2)
                        || graph.constant(pad.input(2))
                                .filter(v -> v.type().isFloatingPoint() && v.elements() == 1 && Floats.at(v, 0) == 0)
                                .isPresent());
    }

    /** The pads of the spatial axes, begins then ends; empty where they are not constant, negative, or others are padded. */
    private static Optional<long[]> spatialPads(Graph graph, Node pad, int rank) {
        Optional<Tensor> constant = graph.constant(pad.input(1)).filter(t -> t.type() == ElementType.INT64);
        Optional<long[]> axes = pad.hasInput(3)
                ? graph.constant(pad.input(3)).filter(FoldPad::isInteger).map(Tensor::toLongs)
                : Optional.of(LongStream.range(0, rank).toArray());
        if (constant.isEmpty() || axes.isEmpty() || constant.get().elements() != 2L * axes.get().length) {
            return Optional.empty();
        }
        long[] given = constant.get().toLongs();
        int count = axes.get().length;
        long[] pads = new long[2 * (rank - 2)];
        for (int i = 0; i < count; i++) {
            int axis = (int) Math.floorMod(axes.get()[i], (long) rank);
            long begin = given[i];
            long end = given[count + i];
            if (begin < 0 || end < 0 || (axis < 2 && begin + end != 0)) {
                return Optional.empty();
            }
            if (axis >= 2) {
                pads[axis - 2] += begin;
                pads[rank - 2 + axis - 2] += end;
            }
        }
        return Optional.of(pads);
    }

    private static boolean isInteger(Tensor tensor) {
        return tensor.type() == ElementType.INT64 || tensor.type() == ElementType.INT32;
    }

    private static boolean isSmaller(long[] pads, List<Long> kernel) {
        return Arrays.stream(pads).max().orElse(0)
                < kernel.stream().mapToLong(k -> k).min().orElse(0);
    }
}
