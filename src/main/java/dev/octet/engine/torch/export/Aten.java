package dev.octet.engine.torch.export;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.program.Argument;
import dev.octet.engine.torch.program.Length;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call of an operator in the making.
 *
 * <p>Arguments are given by their names in the operator's schema and in its order, those behind {@link #keyword} by keyword.
 */
public final class Aten {

    /** Arguments in order. */
    static final class Arguments {
        private final Map<String, Argument> all = new LinkedHashMap<>();
        private final Set<String> keywords = new LinkedHashSet<>();
        private boolean byKeyword;

        Arguments add(String name, Argument argument) {
            all.put(name, argument);
            if (byKeyword) {
                keywords.add(name);
            }
            return this;
        }

        Arguments tensor(String name, Operand.OfTensor tensor) {
            return add(name, new Argument.OfTensor(tensor.name()));
        }

        Arguments whole(String name, long value) {
            return add(name, new Argument.OfLength(Length.of(value)));
        }

        Arguments length(String name, Length length) {
            return add(name, new Argument.OfLength(length));
        }

        Map<String, Argument> all() {
            return all;
        }

        Set<String> keywords() {
            return keywords;
        }
    }

    private final ProgramBuilder builder;
    private final String target;
    private final Arguments arguments;

    /** @param target the operator with its overload, such as {@code aten.conv2d.default} */
    Aten(ProgramBuilder builder, String target) {
        this.builder = builder;
        this.target = target;
        this.arguments = new Arguments();
    }

    /** What follows is given by keyword. */
    public Aten keyword() {
        arguments.byKeyword = true;
        return this;
    }

    public Aten tensor(String name, Operand.OfTensor tensor) {
        arguments.tensor(name, tensor);
        return this;
    }

    /** A tensor, or nothing. */
    public Aten optional(String name, Operand.@Nullable OfTensor tensor) {
        arguments.add(name, tensor == null ? new Argument.None() : new Argument.OfTensor(tensor.name()));
        return this;
    }

    public Aten tensors(String name, List<Operand.OfTensor> tensors) {
        arguments.add(
                name,
                new Argument.OfTensors(new ArrayList<>(
                        tensors.stream().map(Operand.OfTensor::name).toList())));
        return this;
    }

    /** Tensors, null where there is none. */
    public Aten optionals(String name, List<Operand.@Nullable OfTensor> tensors) {
        List<@Nullable String> names = new ArrayList<>();
        tensors.forEach(tensor -> names.add(tensor == null ? null : tensor.name()));
        arguments.add(name, new Argument.OfTensors(names));
        return this;
    }

    public Aten whole(String name, long value) {
        arguments.whole(name, value);
        return this;
    }

    public Aten wholes(String name, List<Long> values) {
        return sizes(name, values.stream().map(Size::of).toList());
    }

    public Aten size(String name, Size size) {
        arguments.length(name, builder.length(size));
        return this;
    }

    public Aten sizes(String name, List<Size> sizes) {
        arguments.add(
                name, new Argument.OfLengths(sizes.stream().map(builder::length).toList()));
        return this;
    }

    public Aten number(String name, double value) {
        arguments.add(name, new Argument.OfNumber(value));
        return this;
    }

    public Aten numbers(String name, List<Double> values) {
        arguments.add(name, new Argument.OfNumbers(values));
        return this;
    }

    public Aten flag(String name, boolean value) {
        arguments.add(name, new Argument.OfFlag(value));
        return this;
    }

    public Aten text(String name, String value) {
        arguments.add(name, new Argument.OfText(value));
        return this;
    }

    public Aten type(String name, ElementType type) {
        arguments.add(name, new Argument.OfType(type));
        return this;
    }

    public Aten none(String name) {
        arguments.add(name, new Argument.None());
        return this;
    }

    /** Adds the call, which gives one tensor. */
    public Operand.OfTensor out(ElementType type, List<Size> sizes) {
        Operand.OfTensor result = builder.result(name(), type, sizes);
        builder.call(target, arguments, List.of(new Argument.OfTensor(result.name())));
        return result;
    }

    /** Adds the call, which gives a tensor like {@code other}. */
    public Operand.OfTensor outLike(Operand.OfTensor other) {
        return out(other.type(), other.sizes());
    }

    /** Adds the call, which gives several tensors, one by one. */
    public List<Operand.OfTensor> outs(List<ElementType> types, List<Size> sizes) {
        List<Operand.OfTensor> results = new ArrayList<>();
        types.forEach(type -> results.add(builder.result(name(), type, sizes)));
        builder.call(
                target,
                arguments,
                results.stream()
                        .<Argument>map(result -> new Argument.OfTensor(result.name()))
                        .toList());
        return results;
    }

    /** Adds the call, which gives a list of tensors. */
    public List<Operand.OfTensor> list(ElementType type, List<List<Size>> sizes) {
        List<Operand.OfTensor> results = new ArrayList<>();
        sizes.forEach(each -> results.add(builder.result(name(), type, each)));
        List<@Nullable String> names = new ArrayList<>();
        results.forEach(result -> names.add(result.name()));
        builder.call(target, arguments, List.of(new Argument.OfTensors(names)));
        return Collections.unmodifiableList(results);
    }

    private String name() {
        String[] parts = target.split("\\.", -1);
        return parts.length > 1 ? parts[1].replaceFirst("^_+", "") : target;
    }
}
