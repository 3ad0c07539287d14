package dev.octet.engine.torch.program;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.torch.program.ExportedProgram.InputRole;
import dev.octet.engine.torch.program.ExportedProgram.OutputRole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the JSON of an exported program, schema 8. */
public final class ProgramReader {

    private static final long SCHEMA = 8;
    private static final String OPS = "torch.ops.";

    private final ArgumentReader arguments = new ArgumentReader(this::graph);

    private ProgramReader() {}

    /**
     * The program that {@code json} describes.
     *
     * @throws EngineException MODEL_MALFORMED naming the field; MODEL_UNSUPPORTED for another version of the schema
     */
    public static ExportedProgram read(Json json) {
        return new ProgramReader().program(json);
    }

    private ExportedProgram program(Json json) {
        long major = json.at("schema_version").at("major").integer();
        if (major != SCHEMA) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "the archive is of export schema " + major + "; version " + SCHEMA
                            + " is read, which torch 2.8 and later write: export the model again with one of those");
        }
        Json module = json.at("graph_module");
        ProgramGraph graph = graph(module.at("graph"));
        Json signature = module.at("signature");
        List<InputRole> inputs = new ArrayList<>();
        signature.at("input_specs").items().forEach(spec -> inputs.add(input(spec)));
        List<OutputRole> outputs = new ArrayList<>();
        signature.at("output_specs").items().forEach(spec -> outputs.add(output(spec)));
        int users =
                (int) outputs.stream().filter(OutputRole.User.class::isInstance).count();
        String version =
                json.find("torch_version").filter(Json::isText).map(Json::text).orElse("");
        return new ExportedProgram(
                graph,
                inputs,
                outputs,
                OutputNames.of(module.find("module_call_graph").flatMap(ProgramReader::outSpec), users),
                version.matches("[0-9A-Za-z.+-]{1,40}") ? version : "");
    }

    private static java.util.Optional<Json> outSpec(Json calls) {
        List<Json> items = calls.items();
        return items.isEmpty()
                ? java.util.Optional.empty()
                : items.getFirst().find("signature").flatMap(signature -> signature.find("out_spec"));
    }

    private ProgramGraph graph(Json json) {
        List<Argument> inputs = new ArrayList<>();
        json.at("inputs").items().forEach(input -> inputs.add(arguments.read(input)));
        List<Argument> outputs = new ArrayList<>();
        json.at("outputs").items().forEach(output -> outputs.add(arguments.read(output)));
        List<FxNode> nodes = new ArrayList<>();
        json.at("nodes").items().forEach(node -> nodes.add(node(node)));
        Map<String, TensorMeta> tensors = new LinkedHashMap<>();
        json.at("tensor_values").fields().forEach((name, meta) -> tensors.put(name, ArgumentReader.meta(meta)));
        return new ProgramGraph(inputs, outputs, nodes, tensors);
    }

    private FxNode node(Json json) {
        String target = json.at("target").text();
        Map<String, Argument> given = new LinkedHashMap<>();
        int position = 0;
        for (Json input : json.at("inputs").items()) {
            String name = input.at("name").text();
            if (given.put(name.isEmpty() ? "#" + position : name, arguments.read(input.at("arg"))) != null) {
                throw input.malformed("gives argument '" + name + "' twice");
            }
            position++;
        }
        List<Argument> results = new ArrayList<>();
        json.at("outputs").items().forEach(output -> results.add(arguments.read(output)));
        NodeOrigin origin = NodeOrigin.read(json.at("metadata").fields());
        return new FxNode(
                target.startsWith(OPS) ? target.substring(OPS.length()) : target,
                given,
                results,
                origin.module(),
                origin.source());
    }

    private InputRole input(Json json) {
        Map.Entry<String, Json> role = json.alternative();
        Json spec = role.getValue();
        return switch (role.getKey()) {
            case "user_input" -> new InputRole.User(arguments.read(spec.at("arg")));
            case "constant_input" -> new InputRole.User(new Argument.None());
            case "parameter" -> stored(spec, "parameter_name");
            case "buffer" -> stored(spec, "buffer_name");
            case "tensor_constant" -> stored(spec, "tensor_constant_name");
            default ->
                throw new EngineException(
                        Fault.MODEL_UNSUPPORTED,
                        spec.where() + ": an input of the kind '" + role.getKey()
                                + "' can't be imported; only tensors can");
        };
    }

    private static InputRole stored(Json spec, String path) {
        return new InputRole.Stored(
                spec.at("arg").at("name").text(), spec.at(path).text());
    }

    private OutputRole output(Json json) {
        Map.Entry<String, Json> role = json.alternative();
        Json spec = role.getValue();
        return switch (role.getKey()) {
            case "user_output" -> new OutputRole.User(arguments.read(spec.at("arg")));
            case "loss_output" -> throw spec.malformed("is the loss of a training step; export the model after eval()");
            default ->
                new OutputRole.Mutation(
                        role.getKey(),
                        spec.find("buffer_name")
                                .or(() -> spec.find("user_input_name"))
                                .or(() -> spec.find("parameter_name"))
                                .map(Json::text)
                                .orElse("?"));
        };
    }
}
