package dev.octet.engine.torch.export;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.program.Argument;
import dev.octet.engine.torch.program.ExportedProgram.InputRole;
import dev.octet.engine.torch.program.FxNode;
import dev.octet.engine.torch.program.Length;
import dev.octet.engine.torch.program.Names;
import dev.octet.engine.torch.program.Symbols;
import dev.octet.engine.torch.program.TensorMeta;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A program under construction: inputs, calls in order, and what is known of values. */
final class ProgramBuilder {

    /** An input that tells a free size. */
    private record Origin(Operand.OfTensor tensor, int axis) {}

    private final Identifiers names = new Identifiers();
    private final ModulePaths paths = new ModulePaths();
    private final List<Argument> inputs = new ArrayList<>();
    private final List<InputRole> roles = new ArrayList<>();
    private final List<FxNode> nodes = new ArrayList<>();
    private final Map<String, TensorMeta> tensors = new LinkedHashMap<>();
    private final Map<String, Tensor> stored = new LinkedHashMap<>();
    private final List<Argument> storedInputs = new ArrayList<>();
    private final List<InputRole> storedRoles = new ArrayList<>();
    private final Map<Size, Origin> origins = new HashMap<>();
    private final Map<Size, String> numbers = new HashMap<>();
    private final Map<String, String> numberExpressions = new LinkedHashMap<>();
    private final Map<String, Long> examples = new LinkedHashMap<>();
    private String module = "";
    private String source = "";

    /** Says where the calls to come stem from. */
    void at(String newModule, String newSource) {
        module = newModule;
        source = newSource;
    }

    /** Adds an input that the caller gives. */
    Operand.OfTensor input(String name, ElementType type, List<Size> sizes) {
        Operand.OfTensor input = describe(names.fresh(name), type, sizes);
        inputs.add(new Argument.OfTensor(input.name()));
        roles.add(new InputRole.User(new Argument.OfTensor(input.name())));
        return input;
    }

    /** Adds a tensor of the model's own, called as {@code wish} as its rules allow. */
    Operand.OfTensor store(String wish, Tensor tensor) {
        String path = paths.fresh(wish);
        List<Size> sizes = Arrays.stream(tensor.dims()).mapToObj(Size::of).toList();
        Operand.OfTensor value = describe(names.fresh("b_" + path), tensor.type(), sizes);
        stored.put(path, tensor);
        storedInputs.add(new Argument.OfTensor(value.name()));
        storedRoles.add(new InputRole.Stored(value.name(), path));
        return value;
    }

    /** A tensor value of that name. */
    private Operand.OfTensor describe(String name, ElementType type, List<Size> sizes) {
        List<Dim> strides = new ArrayList<>();
        Size stride = Size.of(1);
        for (Size size : sizes.reversed()) {
            strides.addFirst(dim(stride));
            stride = stride.times(size);
        }
        tensors.put(name, new TensorMeta(type, sizes.stream().map(this::dim).toList(), strides));
        return new Operand.OfTensor(name, type, sizes);
    }

    private Dim dim(Size size) {
        if (size.isKnown()) {
            return Dim.of(size.known());
        }
        examples.put(size.toString(), size.example());
        return Dim.symbolic(size.toString());
    }

    /** A new result of an operator, which a call is to give. */
    Operand.OfTensor result(String operator, ElementType type, List<Size> sizes) {
        return describe(names.fresh(operator), type, sizes);
    }

    void call(String target, Aten.Arguments arguments, List<Argument> results) {
        nodes.add(new FxNode(target, arguments.all(), arguments.keywords(), results, module, source));
    }

    /** Says that {@code tensor} tells {@code size} along {@code axis}. */
    void bind(Size size, Operand.OfTensor tensor, int axis) {
        origins.putIfAbsent(size, new Origin(tensor, axis));
    }

    /** {@code size} as an argument: a number, or the name of what computes it. */
    Length length(Size size) {
        if (size.isKnown()) {
            return Length.of(size.known());
        }
        Origin origin = origins.get(size);
        if (!numbers.containsKey(size) && origin != null) {
            numbers.put(
                    size,
                    number(
                            "sym_size_int",
                            "aten.sym_size.int",
                            size,
                            args -> args.tensor("self", origin.tensor()).whole("dim", origin.axis())));
        }
        String known = numbers.get(size);
        return new Length.Named(known == null ? computed(size) : known);
    }

    private String computed(Size size) {
        List<Size> sum = new ArrayList<>();
        size.terms().forEach((atoms, factor) -> {
            Size product = Size.of(factor);
            for (Size.Atom atom : atoms) {
                product = factor == 1 && product.is(1) ? made(atom) : times(product, made(atom));
            }
            sum.add(product);
        });
        Size total = sum.getFirst();
        for (Size term : sum.subList(1, sum.size())) {
            total = combined("add", "_operator.add", total, term, total.plus(term));
        }
        String name = numbers.get(total);
        if (name == null) {
            throw new IllegalStateException(size + " is not computed");
        }
        return name;
    }

    private Size times(Size one, Size two) {
        return combined("mul", "_operator.mul", one, two, one.times(two));
    }

    private Size made(Size.Atom atom) {
        return switch (atom) {
            case Size.Atom.Free(String name, long example) -> Size.free(name, example);
            case Size.Atom.Floor(Size dividend, Size divisor) ->
                combined("floordiv", "_operator.floordiv", dividend, divisor, dividend.dividedBy(divisor));
        };
    }

    private Size combined(String name, String target, Size one, Size two, Size result) {
        if (!result.isKnown() && !numbers.containsKey(result)) {
            Length a = length(one);
            Length b = length(two);
            numbers.put(
                    result,
                    number(name, target, result, args -> args.length("a", a).length("b", b)));
        }
        return result;
    }

    private String number(String name, String target, Size size, UnaryOperator<Aten.Arguments> arguments) {
        String result = names.fresh(name);
        numberExpressions.put(result, size.toString());
        examples.put(size.toString(), size.example());
        call(target, arguments.apply(new Aten.Arguments()), List.of(new Argument.OfLength(new Length.Named(result))));
        return result;
    }

    /** Leaves away what {@code outputs} do not need: calls, numbers, and tensors of the model's own. */
    void prune(List<Argument> outputs) {
        Set<String> needed = new HashSet<>();
        outputs.forEach(output -> Names.of(output).forEach(needed::add));
        List<FxNode> kept = new ArrayList<>();
        for (FxNode node : nodes.reversed()) {
            if (node.results().stream().flatMap(Names::of).anyMatch(needed::contains)) {
                kept.addFirst(node);
                node.arguments().values().forEach(argument -> Names.of(argument).forEach(needed::add));
            } else {
                node.results().stream().flatMap(Names::of).toList().forEach(this::forget);
            }
        }
        nodes.clear();
        nodes.addAll(kept);
        storedInputs.removeIf(input -> Names.of(input).noneMatch(needed::contains));
        storedRoles.removeIf(role -> {
            boolean unused = role instanceof InputRole.Stored(String value, String _) && !needed.contains(value);
            if (unused && role instanceof InputRole.Stored(String value, String path)) {
                stored.remove(path);
                forget(value);
            }
            return unused;
        });
    }

    private void forget(String name) {
        tensors.remove(name);
        numberExpressions.remove(name);
    }

    List<Argument> inputs() {
        return joined(storedInputs, inputs);
    }

    List<InputRole> roles() {
        return joined(storedRoles, roles);
    }

    private static <T> List<T> joined(List<T> first, List<T> then) {
        List<T> all = new ArrayList<>(first);
        all.addAll(then);
        return all;
    }

    List<FxNode> nodes() {
        return nodes;
    }

    Map<String, TensorMeta> tensors() {
        return tensors;
    }

    Map<String, Tensor> stored() {
        return stored;
    }

    Symbols symbols(List<String> free) {
        return new Symbols(numberExpressions, examples, free);
    }
}
