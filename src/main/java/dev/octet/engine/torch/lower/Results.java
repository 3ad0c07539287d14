package dev.octet.engine.torch.lower;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.torch.lower.Emitter.Emitted;
import dev.octet.engine.torch.program.Argument;
import dev.octet.engine.torch.program.ExportedProgram;
import dev.octet.engine.torch.program.FxNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Ends the import: outputs get their names, what leads to none is left away, nodes are named. */
final class Results {

    private static final Pattern READABLE = Pattern.compile("[A-Za-z0-9_(][A-Za-z0-9_ ,()*/%+-]{0,63}");

    private final Emitter emitter;
    private final Function<String, @Nullable Operand> values;
    private final List<FxNode> calls;

    /** @param values what the names of the program's tensors stand for in the end */
    Results(Emitter emitter, Function<String, @Nullable Operand> values, List<FxNode> calls) {
        this.emitter = emitter;
        this.values = values;
        this.calls = calls;
    }

    Model model(List<Value> inputs, List<Argument> results, ExportedProgram program) {
        emitter.nextCall();
        Set<String> free = new HashSet<>();
        emitter.nodes().forEach(emitted -> free.addAll(emitted.node().outputs()));
        Map<String, String> renamed = new LinkedHashMap<>();
        List<Value> outputs = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) instanceof Argument.OfTensor(String result)) {
                Operand operand = values.apply(result);
                if (operand == null) {
                    throw new EngineException(
                            Fault.MODEL_MALFORMED, "the program returns '" + result + "', which nothing gives");
                }
                String name = emitter.fresh(program.outputNames().get(i));
                if (free.remove(operand.value())) {
                    renamed.put(operand.value(), name);
                } else {
                    emitter.add(Node.of("", "Identity", List.of(operand.value()), List.of(name)));
                }
                outputs.add(new Value(name, new TensorType(operand.type(), shape(operand.dims()))));
            }
        }
        if (outputs.isEmpty()) {
            throw new EngineException(Fault.MODEL_UNSUPPORTED, "the model returns no tensor");
        }
        List<Emitted> kept = live(outputs, renamed);
        Map<String, Tensor> constants = new LinkedHashMap<>(emitter.constants());
        Set<String> needed = new HashSet<>();
        kept.forEach(emitted -> needed.addAll(emitted.node().inputs()));
        constants.keySet().retainAll(needed);
        Graph graph = new Graph("main", inputs, outputs, LayerNames.name(kept, calls), constants, Map.of());
        String producer = "torch.export" + (program.torchVersion().isEmpty() ? "" : " " + program.torchVersion());
        return new Model(graph, Map.of("", Importer.OPSET), List.of(), Map.of(), producer);
    }

    private List<Emitted> live(List<Value> outputs, Map<String, String> renamed) {
        Set<String> needed = new HashSet<>();
        outputs.forEach(output -> needed.add(output.name()));
        List<Emitted> kept = new ArrayList<>();
        for (Emitted emitted : emitter.nodes().reversed()) {
            Node node = emitted.node();
            node = node.withInputs(renamed(node.inputs(), renamed)).withOutputs(renamed(node.outputs(), renamed));
            if (!Collections.disjoint(node.outputs(), needed)) {
                needed.addAll(node.inputs());
                needed.remove("");
                kept.add(new Emitted(node, emitted.call()));
            }
        }
        return kept.reversed();
    }

    private static List<String> renamed(List<String> names, Map<String, String> to) {
        return names.stream().map(name -> to.getOrDefault(name, name)).toList();
    }

    /** The sizes with names that can be read; a longer expression is not known. */
    static List<Dim> shape(List<Dim> dims) {
        return dims.stream()
                .map(dim ->
                        dim.symbol() == null || READABLE.matcher(dim.symbol()).matches() ? dim : Dim.UNKNOWN)
                .toList();
    }
}
