package dev.octet.engine.torch.program;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.torch.program.Argument.OfLength;
import dev.octet.engine.torch.program.Argument.OfLengths;
import dev.octet.engine.torch.program.Argument.OfTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the unions in which the export schema writes arguments, numbers and sizes. */
final class ArgumentReader {

    private final Function<Json, ProgramGraph> bodies;

    /** @param bodies reads the graph of a higher-order operator's argument */
    ArgumentReader(Function<Json, ProgramGraph> bodies) {
        this.bodies = bodies;
    }

    /** An Argument of the schema. */
    Argument read(Json json) {
        Map.Entry<String, Json> alternative = json.alternative();
        Json value = alternative.getValue();
        return switch (alternative.getKey()) {
            case "as_none" -> new Argument.None();
            case "as_tensor" -> new Argument.OfTensor(value.at("name").text());
            case "as_tensors" -> new OfTensors(map(value, v -> v.at("name").text()));
            case "as_optional_tensor" -> optional(value);
            case "as_optional_tensors" -> new OfTensors(map(value, ArgumentReader::optionalName));
            case "as_int" -> new OfLength(Length.of(value.integer()));
            case "as_ints" -> new OfLengths(map(value, v -> Length.of(v.integer())));
            case "as_sym_int" -> new OfLength(length(value));
            case "as_sym_ints" -> new OfLengths(map(value, ArgumentReader::length));
            case "as_float" -> new Argument.OfNumber(value.number());
            case "as_floats" -> new Argument.OfNumbers(map(value, Json::number));
            case "as_sym_float" -> symbolic(value, "as_float", v -> new Argument.OfNumber(v.number()));
            case "as_sym_bool" -> symbolic(value, "as_bool", v -> new Argument.OfFlag(v.flag()));
            case "as_bool" -> new Argument.OfFlag(value.flag());
            case "as_bools" -> new Argument.OfFlags(map(value, Json::flag));
            case "as_string" -> new Argument.OfText(value.text());
            case "as_scalar_type" -> new Argument.OfType(TorchTypes.of(value));
            case "as_graph" -> new Argument.OfGraph(bodies.apply(value.at("graph")));
            default -> new Argument.Other(alternative.getKey());
        };
    }

    private static Argument optional(Json json) {
        String name = optionalName(json);
        return name == null ? new Argument.None() : new Argument.OfTensor(name);
    }

    private static @Nullable String optionalName(Json json) {
        Map.Entry<String, Json> alternative = json.alternative();
        return switch (alternative.getKey()) {
            case "as_none" -> null;
            case "as_tensor" -> alternative.getValue().at("name").text();
            default -> throw json.malformed("has to be a tensor or nothing");
        };
    }

    private static Length length(Json json) {
        Map.Entry<String, Json> alternative = json.alternative();
        return switch (alternative.getKey()) {
            case "as_int" -> Length.of(alternative.getValue().integer());
            case "as_name" -> new Length.Named(alternative.getValue().text());
            default -> throw json.malformed("has to be a whole number or a name");
        };
    }

    /** A symbolic number is referred to as a length is, whatever its type. */
    private static Argument symbolic(Json json, String known, Function<Json, Argument> read) {
        Map.Entry<String, Json> alternative = json.alternative();
        if (alternative.getKey().equals(known)) {
            return read.apply(alternative.getValue());
        }
        if (!alternative.getKey().equals("as_name")) {
            throw json.malformed("has to be a value or a name");
        }
        return new OfLength(new Length.Named(alternative.getValue().text()));
    }

    /** A TensorMeta of the schema. */
    static TensorMeta meta(Json json) {
        return new TensorMeta(
                TorchTypes.of(json.at("dtype")),
                map(json.at("sizes"), ArgumentReader::dim),
                map(json.at("strides"), ArgumentReader::dim));
    }

    private static Dim dim(Json json) {
        Map.Entry<String, Json> alternative = json.alternative();
        if (alternative.getKey().equals("as_int")) {
            long size = alternative.getValue().integer();
            if (size < 0) {
                throw json.malformed("is a negative size");
            }
            return Dim.of(size);
        }
        return Dim.symbolic(
                SizeExpression.readable(alternative.getValue().at("expr_str").text()));
    }

    private static <T extends @Nullable Object> List<T> map(Json list, Function<Json, T> read) {
        List<T> values = new ArrayList<>();
        list.items().forEach(item -> values.add(read.apply(item)));
        return values;
    }
}
