package dev.octet.engine.rewrite.shape;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphRunner;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds which dimensions of inner values are those of the inputs, at every size of these.
 *
 * <pre>
 * x : FLOAT[N,T]   inferred at N,T = 7,11    h : FLOAT[7,11,384]
 *                             at     29,23    h : FLOAT[29,23,384]   =>   h : FLOAT[N,T,384]
 *                             at     61,67    h : FLOAT[61,67,384]
 * </pre>
 *
 * <p>With symbols alone a runtime loses every shape that the graph computes, as that of a Reshape to a Shape's elements; at given
 * sizes it computes them all. Nothing runs: what hangs on the values of a sample has no size at any of them and stays unknown. The
 * sizes are primes, which no stride or factor maps onto themselves, and not in one order, which tells the smaller of two sizes from
 * either; graphs that could keep a size up to a limit are left alone, see {@link Limits}.
 */
public final class InferSymbolicShapes {

    /** Where the primes begin that the sizes of each inference are taken from: no larger than short texts. */
    private static final long SMALL = 7;

    private static final long MEDIUM = 23;
    private static final long LARGE = 61;

    private InferSymbolicShapes() {}

    /**
     * Types of inner floating-point values that hold for inputs of any size; empty where nothing is certain.
     *
     * @param sample the model's inputs with the shapes of one sample: tells sizes apart that go by one symbol
     */
    public static Map<String, ValueType> infer(Model model, List<Value> sample, GraphRunner runner) {
        Graph graph = model.graph();
        FreeDims free = new FreeDims(graph.inputs(), sample);
        if (free.count() == 0
                || graph.nodes().stream().anyMatch(node -> !node.subgraphs().isEmpty())) {
            return Map.of();
        }
        List<List<Long>> sizes = List.of(
                primes(SMALL, free.count()), primes(MEDIUM, free.count()).reversed(), primes(LARGE, free.count()));
        List<Map<String, ValueType>> inferred = new ArrayList<>();
        try {
            for (List<Long> each : sizes) {
                inferred.add(
                        runner.types(model.withGraph(graph.withTypes(Map.of()).withInputs(free.bound(each)))));
            }
        } catch (EngineException e) {
            if (e.fault() == Fault.MODEL_UNSUPPORTED) {
                // Not every size will do, so none of these is certain to be like the others.
                return Map.of();
            }
            throw e;
        }
        if (new Limits(graph, inferred).any()) {
            return Map.of();
        }
        List<String> names = free.names();
        Map<String, ValueType> types = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            for (String value : node.outputs()) {
                common(value, inferred, sizes, names).ifPresent(type -> types.put(value, type));
            }
        }
        return types;
    }

    private static Optional<ValueType> common(
            String value, List<Map<String, ValueType>> inferred, List<List<Long>> sizes, List<String> names) {
        List<TensorType> seen = inferred.stream()
                .<TensorType>mapMulti((types, sink) -> {
                    if (types.get(value) instanceof TensorType tensor) {
                        sink.accept(tensor);
                    }
                })
                .toList();
        int rank = seen.isEmpty() ? 0 : seen.getFirst().rank();
        boolean sure = rank > 0
                && seen.size() == inferred.size()
                && seen.getFirst().element().isFloatingPoint()
                && seen.stream().allMatch(type -> type.rank() == rank);
        if (!sure) {
            return Optional.empty();
        }
        List<Dim> dims = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            int at = axis;
            List<Long> own = seen.stream()
                    .map(type -> Objects.requireNonNull(type.shape()).get(at).size())
                    .toList();
            dims.add(common(own, sizes, names));
        }
        return dims.stream().allMatch(Dim.UNKNOWN::equals)
                ? Optional.empty()
                : Optional.of(new TensorType(seen.getFirst().element(), dims));
    }

    /** What a dimension is that had these sizes, one at each inference. */
    private static Dim common(List<Long> seen, List<List<Long>> sizes, List<String> names) {
        if (seen.contains(-1L)) {
            return Dim.UNKNOWN;
        }
        if (seen.stream().distinct().count() == 1) {
            // Enough halvings make one element of every size tried here, though not of larger ones.
            return seen.getFirst() > 1 ? Dim.of(seen.getFirst()) : Dim.UNKNOWN;
        }
        for (int i = 0; i < names.size(); i++) {
            int number = i;
            if (seen.equals(sizes.stream().map(each -> each.get(number)).toList())) {
                return Dim.symbolic(names.get(i));
            }
        }
        return Dim.UNKNOWN;
    }

    private static List<Long> primes(long first, int count) {
        return Stream.iterate(BigInteger.valueOf(first), BigInteger::nextProbablePrime)
                .limit(count)
                .map(BigInteger::longValue)
                .toList();
    }
}
