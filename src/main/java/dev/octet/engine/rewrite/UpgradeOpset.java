package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.rewrite.opset.OperatorHistory;
import dev.octet.engine.rewrite.opset.Raise;
import dev.octet.engine.rewrite.opset.Scope;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Raises a model to a later version of ONNX's operator set.
 *
 * <pre>
 * before:  opset 9:   x -> Clip(min=0, max=6) -> y
 * after:   opset 17:  x, lo, hi -> Clip -> y,  lo = 0 and hi = 6 among the initializers
 * each changed operator has its adapter in {@link OperatorHistory}
 * </pre>
 *
 * <p>Per-channel encodings need version 13. Models of 13 and later keep theirs; below 7 a model is refused, and so is one with an
 * operator that is neither known to be compatible nor adapted. Functions must be inlined before.
 */
public final class UpgradeOpset implements Rewrite {

    /** Versions from here on are left alone. */
    private static final long RECENT = 13;

    private final long target;

    /** @param target the version to raise to; {@value OperatorHistory#LAST} is the one that adapters exist for */
    public UpgradeOpset(long target) {
        if (target != OperatorHistory.LAST) {
            throw new IllegalArgumentException(
                    "operator set " + target + ", adapters raise to " + OperatorHistory.LAST);
        }
        this.target = target;
    }

    @Override
    public String title() {
        return "raise to operator set " + target;
    }

    @Override
    public Result apply(Model model) {
        long from = model.opset();
        if (!model.opsets().containsKey("")) {
            return new Result(model, List.of("skipped: the model uses no operator set of ONNX's own"));
        }
        if (from >= RECENT) {
            return new Result(model, List.of("skipped: operator set " + from + " is recent enough"));
        }
        if (from < OperatorHistory.FIRST) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "the model needs ONNX operator set " + from + "; " + OperatorHistory.FIRST + " or later is needed:"
                            + " export it again with operator set " + RECENT + " or later");
        }
        Raise raise = new Raise(from, target, new GraphEditor(model.graph())::freshName);
        Graph graph = raise(model.graph(), null, raise);
        List<Detail> refusals = raise.refusals();
        if (!refusals.isEmpty()) {
            Detail first = refusals.getFirst();
            String more = refusals.size() == 1 ? "" : " (and " + (refusals.size() - 1) + " more)";
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED, "node '" + first.path() + "': " + first.message() + more, refusals);
        }
        Model raised = model.withGraph(graph).withOpset("", target);
        return new Result(raised, List.of("raised from operator set " + from + " to " + target));
    }

    private static Graph raise(Graph graph, @Nullable Scope outer, Raise raise) {
        Scope scope = new Scope(graph, outer, raise);
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Node inner = node.mapSubgraphs(body -> raise(body, scope, raise));
            nodes.addAll(OperatorHistory.raise(inner, scope));
        }
        Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
        initializers.putAll(scope.added());
        return graph.withNodes(nodes).withInitializers(initializers);
    }
}
