package dev.octet.engine.torch.lower;

import dev.octet.engine.graph.Node;
import dev.octet.engine.torch.lower.Emitter.Emitted;
import dev.octet.engine.torch.program.FxNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names nodes after the modules that they come from.
 *
 * <p>The one call of a module is called by its path: {@code layer1.0.conv1}. Where a module makes several, the operator follows: {@code
 * layer1.0.add}. Of the nodes that one call became, that which does its work has the call's name, the others theirs behind it: {@code
 * fc/Transpose}.
 */
final class LayerNames {

    /** What a call is for, whatever else it needs. */
    private static final Set<String> WORK = Set.of(
            "Conv",
            "ConvTranspose",
            "Gemm",
            "MatMul",
            "LSTM",
            "GRU",
            "RNN",
            "LayerNormalization",
            "InstanceNormalization",
            "BatchNormalization",
            "Gelu",
            "Gather",
            "Softmax");

    private final Set<String> taken = new HashSet<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    private LayerNames() {}

    /** The nodes with their names. */
    static List<Node> name(List<Emitted> emitted, List<FxNode> calls) {
        Map<Integer, List<Node>> byCall = new LinkedHashMap<>();
        emitted.forEach(each ->
                byCall.computeIfAbsent(each.call(), _ -> new ArrayList<>()).add(each.node()));
        Map<String, Integer> callsOfModule = new HashMap<>();
        byCall.keySet().forEach(call -> callsOfModule.merge(module(calls, call), 1, Integer::sum));
        LayerNames names = new LayerNames();
        List<Node> named = new ArrayList<>();
        byCall.forEach((call, nodes) -> {
            String module = module(calls, call);
            String op = call < calls.size() ? Operators.plain(calls.get(call).target()) : "output";
            boolean only = !module.isEmpty() && callsOfModule.getOrDefault(module, 0) == 1;
            String stem = only ? module : module.isEmpty() ? op : module + "." + op;
            names.name(nodes, names.unique(stem), named);
        });
        return named;
    }

    private static String module(List<FxNode> calls, int call) {
        return call < calls.size() ? calls.get(call).module() : "";
    }

    private void name(List<Node> nodes, String stem, List<Node> into) {
        List<Node> work =
                nodes.stream().filter(node -> WORK.contains(node.op())).toList();
        int main = work.size() == 1 ? nodes.indexOf(work.getFirst()) : work.isEmpty() ? nodes.size() - 1 : -1;
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            into.add(node.withName(i == main ? stem : unique(stem + "/" + node.op())));
        }
    }

    private String unique(String wish) {
        String name = wish;
        while (!taken.add(name)) {
            name = wish + "_" + numbers.merge(wish, 1, Integer::sum);
        }
        return name;
    }
}
