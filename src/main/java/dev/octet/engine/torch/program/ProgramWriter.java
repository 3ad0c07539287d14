package dev.octet.engine.torch.program;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.torch.program.ExportedProgram.InputRole;
import dev.octet.engine.torch.program.ExportedProgram.OutputRole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes exported programs as JSON of schema 8.
 *
 * <p>What {@link ProgramReader} reads back, and more that only PyTorch asks for.
 */
public final class ProgramWriter {

    private static final int MAJOR = 8;
    private static final int MINOR = 20;
    private static final int ATEN_VERSION = 10;
    private static final int POSITIONAL = 1;
    private static final int KEYWORD = 2;
    private static final int STRIDED = 7;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Map<String, Long> examples;

    private ProgramWriter(Symbols symbols) {
        this.examples = symbols.examples();
    }

    /** {@code program}, whose sizes that depend on the inputs are in {@code symbols}. */
    public static byte[] write(ExportedProgram program, Symbols symbols) {
        ProgramWriter writer = new ProgramWriter(symbols);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("graph_module", writer.module(program, symbols));
        json.put("opset_version", Map.of("aten", ATEN_VERSION));
        Map<String, Object> ranges = new LinkedHashMap<>();
        symbols.free().forEach(name -> ranges.put(name, ordered("min_val", 0, "max_val", null)));
        json.put("range_constraints", ranges);
        json.put("schema_version", ordered("major", MAJOR, "minor", MINOR));
        json.put("verifiers", List.of("TRAINING"));
        json.put("torch_version", program.torchVersion());
        json.put("guards_code", List.of());
        return JSON.writeValueAsBytes(json);
    }

    /** The list of stored tensors: each of {@code tensors}, by path, lies in the entry that {@code entries} has for it. */
    public static byte[] config(Map<String, Tensor> tensors, Map<String, String> entries) {
        Map<String, Object> config = new LinkedHashMap<>();
        tensors.forEach((path, tensor) -> {
            List<Object> sizes = new ArrayList<>();
            List<Object> strides = new ArrayList<>();
            long stride = 1;
            for (int i = tensor.rank() - 1; i >= 0; i--) {
                sizes.addFirst(Map.of("as_int", tensor.dim(i)));
                strides.addFirst(Map.of("as_int", stride));
                stride *= Math.max(1, tensor.dim(i));
            }
            config.put(
                    path,
                    ordered(
                            "path_name",
                            entries.get(path),
                            "is_param",
                            false,
                            "use_pickle",
                            false,
                            "tensor_meta",
                            meta(TorchTypes.code(tensor.type()), sizes, strides)));
        });
        return JSON.writeValueAsBytes(Map.of("config", config));
    }

    private Map<String, Object> module(ExportedProgram program, Symbols symbols) {
        List<Object> inputs = new ArrayList<>();
        program.inputs().forEach(role -> inputs.add(input(role)));
        List<Object> outputs = new ArrayList<>();
        program.outputs().forEach(role -> outputs.add(output(role)));
        long users = program.inputs().stream()
                .filter(InputRole.User.class::isInstance)
                .count();
        List<String> names = program.inputs().stream()
                .filter(InputRole.User.class::isInstance)
                .map(InputRole.User.class::cast)
                .map(user -> user.argument() instanceof Argument.OfTensor(String name) ? name : "")
                .toList();
        Map<String, Object> signature = ordered(
                "inputs",
                List.of(),
                "outputs",
                List.of(),
                "in_spec",
                TreeSpec.ofArguments((int) users),
                "out_spec",
                TreeSpec.ofResults(program.outputNames()),
                "forward_arg_names",
                names);
        return ordered(
                "graph",
                graph(program.graph(), symbols),
                "signature",
                ordered("input_specs", inputs, "output_specs", outputs),
                "module_call_graph",
                List.of(ordered("fqn", "", "signature", signature)),
                "metadata",
                Map.of(),
                "treespec_namedtuple_fields",
                Map.of());
    }

    private Map<String, Object> graph(ProgramGraph graph, Symbols symbols) {
        Map<String, Object> tensors = new LinkedHashMap<>();
        graph.tensors().forEach((name, meta) -> tensors.put(name, tensor(meta)));
        Map<String, Object> numbers = new LinkedHashMap<>();
        symbols.numbers().forEach((name, expression) -> numbers.put(name, size(Dim.symbolic(expression))));
        return ordered(
                "inputs",
                graph.inputs().stream().map(ProgramWriter::argument).toList(),
                "outputs",
                graph.outputs().stream().map(ProgramWriter::argument).toList(),
                "nodes",
                graph.nodes().stream().map(ProgramWriter::node).toList(),
                "tensor_values",
                tensors,
                "sym_int_values",
                numbers,
                "sym_bool_values",
                Map.of(),
                "is_single_tensor_return",
                false,
                "custom_obj_values",
                Map.of(),
                "sym_float_values",
                Map.of());
    }

    private static Map<String, Object> node(FxNode node) {
        List<Object> inputs = new ArrayList<>();
        node.arguments()
                .forEach((name, argument) -> inputs.add(ordered(
                        "name",
                        name,
                        "arg",
                        argument(argument),
                        "kind",
                        node.keywords().contains(name) ? KEYWORD : POSITIONAL)));
        Optional<String> only = node.results().size() == 1
                ? switch (node.results().getFirst()) {
                    case Argument.OfTensor(String name) -> Optional.of(name);
                    case Argument.OfLength(Length.Named(String name)) -> Optional.of(name);
                    default -> Optional.<String>empty();
                }
                : Optional.empty();
        return ordered(
                "target",
                node.target().startsWith("_operator") ? node.target() : "torch.ops." + node.target(),
                "inputs",
                inputs,
                "outputs",
                node.results().stream().map(ProgramWriter::argument).toList(),
                "metadata",
                NodeOrigin.write(node.module(), node.source()),
                "is_hop_single_tensor_return",
                null,
                "name",
                only.orElse(null));
    }

    private static Object argument(Argument argument) {
        return switch (argument) {
            case Argument.None() -> Map.of("as_none", true);
            case Argument.OfTensor(String name) -> Map.of("as_tensor", Map.of("name", name));
            case Argument.OfTensors(List<@Nullable String> names) -> tensors(names);
            case Argument.OfLength(Length.Fixed(long value)) -> Map.of("as_int", value);
            case Argument.OfLength(Length.Named(String name)) -> Map.of("as_sym_int", Map.of("as_name", name));
            case Argument.OfLengths(List<Length> lengths) -> lengths(lengths);
            case Argument.OfNumber(double value) -> Map.of("as_float", number(value));
            case Argument.OfNumbers(List<Double> values) ->
                Map.of("as_floats", values.stream().map(ProgramWriter::number).toList());
            case Argument.OfFlag(boolean value) -> Map.of("as_bool", value);
            case Argument.OfFlags(List<Boolean> values) -> Map.of("as_bools", values);
            case Argument.OfText(String text) -> Map.of("as_string", text);
            case Argument.OfType(var type) -> Map.of("as_scalar_type", TorchTypes.code(type));
            case Argument.OfGraph _, Argument.Other _ ->
                throw new IllegalArgumentException(argument + " is not written");
        };
    }

    /** Numbers without a notation in JSON are written as Python spells them in texts. */
    private static Object number(double value) {
        return Double.isFinite(value)
                ? (Object) value
                : Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    }

    private static Object tensors(List<@Nullable String> names) {
        List<Object> all = new ArrayList<>();
        boolean optional = names.contains(null);
        names.forEach(name -> {
            Object tensor = name == null ? Map.of("as_none", true) : Map.of("name", name);
            all.add(optional && name != null ? Map.of("as_tensor", tensor) : tensor);
        });
        return Map.of(optional ? "as_optional_tensors" : "as_tensors", all);
    }

    private static Object lengths(List<Length> lengths) {
        if (lengths.stream().allMatch(Length.Fixed.class::isInstance)) {
            return Map.of(
                    "as_ints",
                    lengths.stream()
                            .map(length -> ((Length.Fixed) length).value())
                            .toList());
        }
        return Map.of(
                "as_sym_ints",
                lengths.stream()
                        .<Object>map(length -> switch (length) {
                            case Length.Fixed(long value) -> Map.of("as_int", value);
                            case Length.Named(String name) -> Map.of("as_name", name);
                        })
                        .toList());
    }

    private Object tensor(TensorMeta meta) {
        return meta(
                TorchTypes.code(meta.type()),
                meta.dims().stream().map(this::size).toList(),
                meta.strides().stream().map(this::size).toList());
    }

    private static Object meta(int type, List<Object> sizes, List<Object> strides) {
        return ordered(
                "dtype",
                type,
                "sizes",
                sizes,
                "requires_grad",
                false,
                "device",
                ordered("type", "cpu", "index", null),
                "strides",
                strides,
                "storage_offset",
                Map.of("as_int", 0),
                "layout",
                STRIDED);
    }

    private Object size(Dim dim) {
        String expression = dim.symbol();
        if (expression == null) {
            return Map.of("as_int", dim.size());
        }
        Object hint = Map.of("as_int", examples.getOrDefault(expression, 2L));
        return Map.of("as_expr", ordered("expr_str", expression, "hint", hint));
    }

    private static Object input(InputRole role) {
        return switch (role) {
            case InputRole.User(Argument argument) -> Map.of("user_input", Map.of("arg", argument(argument)));
            case InputRole.Stored(String value, String path) ->
                Map.of("buffer", ordered("arg", Map.of("name", value), "buffer_name", path, "persistent", true));
        };
    }

    private static Object output(OutputRole role) {
        return switch (role) {
            case OutputRole.User(Argument argument) -> Map.of("user_output", Map.of("arg", argument(argument)));
            case OutputRole.Mutation _ -> throw new IllegalArgumentException(role + " is not written");
        };
    }

    /** A JSON object with its members in order. */
    static Map<String, Object> ordered(@Nullable Object... namesAndValues) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return members;
    }
}
