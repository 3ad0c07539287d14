package dev.octet.engine.torch.lower;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.torch.program.Argument;
import dev.octet.engine.torch.program.ExportedProgram;
import dev.octet.engine.torch.program.ExportedProgram.InputRole;
import dev.octet.engine.torch.program.ExportedProgram.OutputRole;
import dev.octet.engine.torch.program.FxNode;
import dev.octet.engine.torch.program.Length;
import dev.octet.engine.torch.program.Names;
import dev.octet.engine.torch.program.ProgramGraph;
import dev.octet.engine.torch.program.TensorMeta;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Turns one exported program into a model, call by call. */
public final class Importer {

    /** The operator set that models are written in: the first with Gelu. */
    public static final long OPSET = 20;

    private static final int MOST_DETAILS = 200;

    private final Operators operators;
    private final Function<String, Tensor> stored;
    private final Memory memory;
    private final Emitter emitter = new Emitter();
    private final List<FxNode> calls = new ArrayList<>();
    private final Set<String> used = new HashSet<>();
    private final List<Value> inputs = new ArrayList<>();
    private final Map<String, Detail> refused = new LinkedHashMap<>();

    /**
     * @param operators what can be lowered
     * @param stored the model's own tensors by path, the same tensor for tied ones
     */
    public Importer(Operators operators, Function<String, Tensor> stored) {
        this.operators = operators;
        this.stored = stored;
        this.memory = new Memory(this, operators);
    }

    /**
     * The model that computes what {@code program} does.
     *
     * @throws EngineException MODEL_UNSUPPORTED with every operator that can't be lowered in the details, MODEL_MALFORMED
     */
    public Model read(ExportedProgram program) {
        Scope scope = new Scope(program.graph());
        List<Argument> results = new ArrayList<>();
        program.outputs().forEach(role -> {
            if (role instanceof OutputRole.User(Argument argument)) {
                results.add(argument);
            } else if (role instanceof OutputRole.Mutation(String kind, String path)
                    && !kind.equals("user_input_mutation")) {
                throw changesState(path);
            }
        });
        calls.add(new FxNode("input", Map.of(), List.of(), "", ""));
        bindInputs(program, scope);
        run(scope, results);
        if (!refused.isEmpty()) {
            throw unsupported();
        }
        return new Results(emitter, name -> memory.current(name, scope), calls).model(inputs, results, program);
    }

    static EngineException changesState(String path) {
        return new EngineException(
                Fault.MODEL_UNSUPPORTED,
                "the model changes its own '" + path + "' while it runs: call model.eval() before torch.export.export,"
                        + " and give state that is meant to last in and out of forward()",
                List.of(new Detail(path, "is changed by the model")));
    }

    private void bindInputs(ExportedProgram program, Scope scope) {
        ProgramGraph graph = program.graph();
        if (graph.inputs().size() != program.inputs().size()) {
            throw new EngineException(
                    Fault.MODEL_MALFORMED,
                    "the program has " + graph.inputs().size() + " inputs and its signature "
                            + program.inputs().size());
        }
        for (InputRole role : program.inputs()) {
            if (role instanceof InputRole.User(Argument argument)) {
                userInput(argument, scope);
            }
        }
        Map<Tensor, String> names = new HashMap<>();
        for (InputRole role : program.inputs()) {
            if (role instanceof InputRole.Stored(String value, String path)) {
                Tensor tensor = stored.apply(path);
                TensorMeta meta = meta(graph, value);
                List<Dim> dims = Arrays.stream(tensor.dims()).mapToObj(Dim::of).toList();
                if (tensor.type() != meta.type() || !dims.equals(meta.dims())) {
                    throw new EngineException(
                            Fault.MODEL_MALFORMED,
                            path + " is stored as " + tensor + " and used as " + meta.type() + meta.dims());
                }
                String name = names.computeIfAbsent(tensor, _ -> {
                    String fresh = emitter.fresh(path);
                    emitter.stored(fresh, tensor);
                    return fresh;
                });
                scope.bind(value, new Operand(name, meta.type(), meta.dims()));
                scope.own(value, path);
            }
        }
    }

    private void userInput(Argument argument, Scope scope) {
        switch (argument) {
            case Argument.OfTensor(String name) -> {
                TensorMeta meta = meta(scope.graph(), name);
                String value = emitter.fresh(name);
                inputs.add(new Value(value, new TensorType(meta.type(), Results.shape(meta.dims()))));
                scope.bind(name, new Operand(value, meta.type(), meta.dims()));
            }
            case Argument.OfLength(Length.Named(String name)) ->
                throw new EngineException(
                        Fault.MODEL_UNSUPPORTED,
                        "input '" + name + "' is a number; give it as a tensor, or fix it when exporting");
            default -> {
                // A constant that the exporter has put into the program.
            }
        }
    }

    private static TensorMeta meta(ProgramGraph graph, String name) {
        TensorMeta meta = graph.tensors().get(name);
        if (meta == null) {
            throw new EngineException(Fault.MODEL_MALFORMED, "nothing is said about the tensor '" + name + "'");
        }
        return meta;
    }

    /** Lowers the calls of {@code scope}'s graph that {@code results} need. */
    void run(Scope scope, List<Argument> results) {
        Liveness liveness = new Liveness(scope.graph(), results);
        used.addAll(liveness.used());
        for (FxNode node : liveness.live()) {
            emitter.nextCall();
            calls.add(node);
            try {
                requireNew(node, scope);
                lower(node, scope).requireAllRead();
                memory.after(node, scope);
            } catch (EngineException e) {
                if (e.fault() != Fault.MODEL_UNSUPPORTED) {
                    throw e;
                }
                e.details().forEach(detail -> refused.putIfAbsent(detail.path() + detail.message(), detail));
                standIn(node, scope);
            }
        }
    }

    private void requireNew(FxNode node, Scope scope) {
        Names.of(node)
                .filter(name -> !name.isEmpty() && scope.isBound(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new Call(node, scope, this).malformed("gives '" + name + "' a second time");
                });
    }

    /** Emits the nodes of {@code node} and binds its results. */
    Call lower(FxNode node, Scope scope) {
        Call call = new Call(node, scope, this);
        operators
                .find(node.target())
                .orElseThrow(() -> call.refuse("the operator can't be imported"))
                .lower(call);
        return call;
    }

    /** Binds the results of a call that was refused, so that all others can be looked at too. */
    private void standIn(FxNode node, Scope scope) {
        Names.of(node).filter(name -> !name.isEmpty()).forEach(name -> {
            TensorMeta meta = scope.graph().tensors().get(name);
            if (meta != null) {
                scope.bind(name, new Operand(name, meta.type(), meta.dims()));
            } else {
                scope.bindSymbol(name, name);
            }
        });
    }

    private EngineException unsupported() {
        List<Detail> details = refused.values().stream().limit(MOST_DETAILS).toList();
        String all =
                String.join("; ", details.stream().map(Detail::message).limit(5).toList());
        return new EngineException(
                Fault.MODEL_UNSUPPORTED,
                refused.size() + " calls of the program can't be imported: " + all
                        + (refused.size() > 5 ? "; and " + (refused.size() - 5) + " more, see the details" : ""),
                details);
    }

    Memory memory() {
        return memory;
    }

    Emitter emitter() {
        return emitter;
    }

    boolean isUsed(String name) {
        return used.contains(name);
    }
}
