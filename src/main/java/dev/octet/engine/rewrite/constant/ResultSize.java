package dev.octet.engine.rewrite.constant;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Judges whether an evaluated constant is worth its bytes in the file. */
public final class ResultSize {

    /** No result is larger. */
    public static final long LIMIT_BYTES = 64L << 20;

    /** Up to this a result may be larger than what it was made from. */
    private static final long SMALL_BYTES = 64L << 10;

    private static final long GROWTH = 4;

    private final Graph graph;
    private final Uses uses;
    private final Set<Node> evaluated;
    private final Map<String, Node> producers;

    /**
     * @param evaluated the nodes that are to vanish
     * @param producers which of them yields a value
     */
    public ResultSize(Graph graph, Set<Node> evaluated, Map<String, Node> producers) {
        this.graph = graph;
        this.uses = Uses.of(graph);
        this.evaluated = evaluated;
        this.producers = producers;
    }

    /** Why {@code result} is not to be stored in place of {@code value}; empty where nothing speaks against it. */
    public Optional<String> objection(String value, Tensor result) {
        long bytes = bytes(result);
        if (bytes > LIMIT_BYTES) {
            return Optional.of("its " + bytes + " bytes are more than " + LIMIT_BYTES);
        }
        if (bytes <= SMALL_BYTES) {
            return Optional.empty();
        }
        long source = 0;
        for (String constant : sources(value)) {
            long size = graph.constant(constant).map(ResultSize::bytes).orElse(0L);
            if (size >= bytes / 2 && stays(constant)) {
                return Optional.of("it is another form of " + constant + ", which is also used as it is");
            }
            source += size;
        }
        return bytes > GROWTH * source
                ? Optional.of("its " + bytes + " bytes are made from only " + source)
                : Optional.empty();
    }

    private boolean stays(String constant) {
        return uses.isCaptured(constant)
                || graph.isOutput(constant)
                || uses.consumers(constant).stream().anyMatch(c -> !evaluated.contains(c));
    }

    /** The initializers that {@code value} is made from. */
    private Set<String> sources(String value) {
        Set<String> sources = new HashSet<>();
        Set<String> seen = new HashSet<>(Set.of(value));
        List<String> open = new ArrayList<>(seen);
        while (!open.isEmpty()) {
            String current = open.removeLast();
            Node producer = producers.get(current);
            if (producer == null) {
                sources.add(current);
            } else {
                producer.inputs().stream().filter(seen::add).forEach(open::add);
            }
        }
        return sources;
    }

    private static long bytes(Tensor tensor) {
        return tensor.data().byteSize();
    }
}
