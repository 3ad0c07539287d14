package dev.octet.engine.rewrite.opset;

import dev.octet.engine.graph.Node;
import dev.octet.engine.scheme.EngineException.Detail;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** One model being raised from one operator set version to another: its names and what was refused. */
public final class Raise {

    private final long from;
    private final long to;
    private final UnaryOperator<String> freshNames;
    private final List<Detail> refusals = new ArrayList<>();

    /** @param freshNames makes a name that no value of the model or its bodies has */
    public Raise(long from, long to, UnaryOperator<String> freshNames) {
        this.from = from;
        this.to = to;
        this.freshNames = freshNames;
    }

    long from() {
        return from;
    }

    String freshName(String wish) {
        return freshNames.apply(wish);
    }

    void refuse(Node node, String why) {
        refusals.add(new Detail(
                node.label(),
                node.op() + " can't be raised from operator set " + from + " to " + to + ": " + why
                        + "; export the model again with operator set 13 or later"));
    }

    /** Each node that could not be raised, with the reason. */
    public List<Detail> refusals() {
        return List.copyOf(refusals);
    }
}
