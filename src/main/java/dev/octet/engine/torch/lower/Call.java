package dev.octet.engine.torch.lower;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.torch.program.Argument;
import dev.octet.engine.torch.program.FxNode;
import dev.octet.engine.torch.program.Length;
import dev.octet.engine.torch.program.Names;
import dev.octet.engine.torch.program.ProgramGraph;
import dev.octet.engine.torch.program.TensorMeta;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One call of an ATen operator while it is lowered: its arguments, its results, and the nodes emitted for it.
 *
 * <p>Arguments are asked for by their name in the operator's schema, with the schema's default where they may be left out. One that is
 * given and never asked for is refused afterwards, so that nothing that changes a result is passed over.
 */
public final class Call {

    private final FxNode node;
    private final Scope scope;
    private final Importer importer;
    private final Set<String> read = new HashSet<>();
    private final String stem;
    private final int start;

    Call(FxNode node, Scope scope, Importer importer) {
        this.node = node;
        this.scope = scope;
        this.importer = importer;
        this.stem = resultNames().filter(name -> !name.isEmpty()).findFirst().orElse("unnamed");
        this.start = importer.emitter().size();
    }

    /** The operator, such as {@code aten.conv2d.default}. */
    public String target() {
        return node.target();
    }

    /** The operator for people: {@code conv2d}. */
    public String operator() {
        return Operators.plain(node.target());
    }

    /** The argument as it stands; None where it is left out. */
    public Argument argument(String name) {
        read.add(name);
        return node.arguments().getOrDefault(name, new Argument.None());
    }

    /** Names of the arguments that are given, in order. */
    public List<String> names() {
        return List.copyOf(node.arguments().keySet());
    }

    public boolean has(String name) {
        return !(argument(name) instanceof Argument.None);
    }

    /** Says that these arguments do not matter here. */
    public Call ignore(String... names) {
        read.addAll(Arrays.asList(names));
        return this;
    }

    /** Refuses an argument that is given and was never asked for. */
    void requireAllRead() {
        node.arguments().forEach((name, argument) -> {
            if (!read.contains(name) && !(argument instanceof Argument.None)) {
                throw refuse("its argument '" + name + "' is not known here");
            }
        });
    }

    public Operand tensor(String name) {
        return optionalTensor(name).orElseThrow(() -> malformed("has no tensor as '" + name + "'"));
    }

    public Optional<Operand> optionalTensor(String name) {
        return switch (argument(name)) {
            case Argument.OfTensor(String value) -> Optional.of(operand(value));
            case Argument.None() -> Optional.empty();
            default -> throw malformed("has something else than a tensor as '" + name + "'");
        };
    }

    /** What the exporter knew of the tensor in {@code name}. */
    public TensorMeta meta(String name) {
        TensorMeta meta = argument(name) instanceof Argument.OfTensor(String value)
                ? scope.graph().tensors().get(value)
                : null;
        if (meta == null) {
            throw malformed("has nothing known as '" + name + "'");
        }
        return meta;
    }

    public List<Operand> tensors(String name) {
        return optionalTensors(name).stream()
                .map(each -> each.orElseThrow(() -> malformed("has no tensor in '" + name + "'")))
                .toList();
    }

    /** The tensors of a list, empty where one is left out. */
    public List<Optional<Operand>> optionalTensors(String name) {
        if (argument(name) instanceof Argument.OfTensors(List<@Nullable String> names)) {
            return names.stream()
                    .map(each -> each == null ? Optional.<Operand>empty() : Optional.of(operand(each)))
                    .toList();
        }
        throw malformed("has no list of tensors as '" + name + "'");
    }

    private Operand operand(String name) {
        Operand operand = importer.memory().current(name, scope);
        if (operand == null) {
            throw malformed("uses '" + name + "', which nothing before it gives");
        }
        return operand;
    }

    public long integer(String name) {
        return integer(name, null);
    }

    /** A known whole number. */
    public long integer(String name, @Nullable Long otherwise) {
        return switch (argument(name)) {
            case Argument.OfLength(Length.Fixed(long value)) -> value;
            case Argument.OfLength(Length.Named(String symbol)) ->
                throw refuse("its argument '" + name + "' depends on the inputs (" + symbol + ")");
            case Argument.OfFlag(boolean flag) -> flag ? 1 : 0;
            case Argument.None() when otherwise != null -> otherwise;
            default -> throw malformed("has no whole number as '" + name + "'");
        };
    }

    public double number(String name, double otherwise) {
        return switch (argument(name)) {
            case Argument.OfNumber(double value) -> value;
            case Argument.OfLength(Length.Fixed(long value)) -> value;
            case Argument.OfLength(Length.Named(String symbol)) ->
                throw refuse("its argument '" + name + "' depends on the inputs (" + symbol + ")");
            case Argument.OfFlag(boolean flag) -> flag ? 1 : 0;
            case Argument.None() -> otherwise;
            default -> throw malformed("has no number as '" + name + "'");
        };
    }

    public boolean flag(String name, boolean otherwise) {
        return switch (argument(name)) {
            case Argument.OfFlag(boolean flag) -> flag;
            case Argument.None() -> otherwise;
            default -> throw malformed("has neither true nor false as '" + name + "'");
        };
    }

    public String text(String name, String otherwise) {
        return switch (argument(name)) {
            case Argument.OfText(String text) -> text;
            case Argument.None() -> otherwise;
            default -> throw malformed("has no text as '" + name + "'");
        };
    }

    /** A whole number, known or symbolic; {@code otherwise} where it is left out. */
    public Length length(String name, long otherwise) {
        return switch (argument(name)) {
            case Argument.OfLength(Length length) -> length;
            case Argument.None() -> Length.of(otherwise);
            default -> throw malformed("has no whole number as '" + name + "'");
        };
    }

    /** Whole numbers, known or symbolic; an empty list may be written as one of any kind. */
    public List<Length> lengths(String name) {
        return switch (argument(name)) {
            case Argument.OfLengths(List<Length> lengths) -> lengths;
            case Argument.OfLength(Length length) -> List.of(length);
            case Argument.OfNumbers(List<Double> none) when none.isEmpty() -> List.of();
            case Argument.OfTensors(List<@Nullable String> none) when none.isEmpty() -> List.of();
            case Argument.None() -> List.of();
            default -> throw malformed("has no whole numbers as '" + name + "'");
        };
    }

    /** Known whole numbers; {@code otherwise} where they are left out or none. */
    public List<Long> integers(String name, Long... otherwise) {
        List<Length> lengths = lengths(name);
        return lengths.isEmpty()
                ? List.of(otherwise)
                : lengths.stream()
                        .map(length -> {
                            if (length instanceof Length.Fixed(long value)) {
                                return value;
                            }
                            throw refuse("its argument '" + name + "' depends on the inputs");
                        })
                        .toList();
    }

    /** The axis in {@code name}, counted from the front. */
    public int axis(String name, long otherwise, int rank) {
        return axis(integer(name, otherwise), rank);
    }

    /** {@code axis} counted from the front, where negative ones count from the end. */
    public int axis(long axis, int rank) {
        int bound = Math.max(1, rank);
        if (axis < -bound || axis >= bound) {
            throw malformed("has axis " + axis + " of a tensor with " + rank);
        }
        return (int) (axis < 0 ? axis + bound : axis);
    }

    /** What is known of its first result. */
    public TensorMeta result() {
        return result(0);
    }

    /** What is known of its {@code i}-th result, those of lists counted one by one. */
    public TensorMeta result(int i) {
        String name = resultNames().skip(i).findFirst().orElse("");
        TensorMeta meta = scope.graph().tensors().get(name);
        if (meta == null) {
            throw malformed("has no tensor as result " + i);
        }
        return meta;
    }

    /** How many results it has, those of lists counted one by one. */
    public int results() {
        return (int) resultNames().count();
    }

    /** Whether anything uses its {@code i}-th result. */
    public boolean isUsed(int i) {
        return resultNames().skip(i).findFirst().filter(importer::isUsed).isPresent();
    }

    /** Lowers the calls of the graph in {@code name} in the place of this one, {@code arguments} being what it is given. */
    public void inline(String name, List<String> arguments) {
        if (!(argument(name) instanceof Argument.OfGraph(ProgramGraph graph))) {
            throw malformed("has no graph as '" + name + "'");
        }
        Scope inner = new Scope(graph);
        if (graph.inputs().size() != arguments.size()) {
            throw malformed("gives " + arguments.size() + " arguments to a graph of "
                    + graph.inputs().size());
        }
        Map<String, String> outside = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            switch (graph.inputs().get(i)) {
                case Argument.OfTensor(String inside) -> {
                    inner.bind(inside, tensor(arguments.get(i)));
                    inner.lend(inside);
                    Names.of(argument(arguments.get(i))).forEach(given -> outside.put(inside, given));
                }
                case Argument.OfLength(Length.Named(String inside)) ->
                    inner.bindSymbol(inside, value(length(arguments.get(i), 0)));
                default -> argument(arguments.get(i));
            }
        }
        importer.run(inner, graph.outputs());
        List<String> inside = graph.outputs().stream().flatMap(Names::of).toList();
        give(inside.stream()
                .map(each -> importer.memory().current(each, inner))
                .map(operand -> operand == null ? "" : operand.value())
                .toList());
        List<String> given = resultNames().toList();
        for (int i = 0; i < Math.min(given.size(), inside.size()); i++) {
            String shown = outside.get(inner.root(inside.get(i)));
            if (shown != null) {
                scope.alias(given.get(i), new Scope.View(shown, node, false));
            }
        }
    }

    /** Begins a node of ONNX's own operator {@code op}; empty names stand for inputs left out. */
    public Step op(String op, String... inputs) {
        return new Step(importer.emitter(), stem, node.source(), op, List.of(inputs));
    }

    public Step op(String op, List<String> inputs) {
        return new Step(importer.emitter(), stem, node.source(), op, List.copyOf(inputs));
    }

    /** A constant list of whole numbers. */
    public String longs(long... values) {
        return importer.emitter().longs(values);
    }

    public String longs(List<Long> values) {
        return longs(values.stream().mapToLong(Long::longValue).toArray());
    }

    /** A constant of {@code type} with all elements {@code value}; a scalar without {@code dims}. */
    public String filled(double value, ElementType type, long... dims) {
        return importer.emitter().filled(value, type, dims);
    }

    /** A constant of {@code type} with the elements {@code values}. */
    public String numbers(double[] values, ElementType type, long... dims) {
        return importer.emitter().numbers(values, type, dims);
    }

    /** Whether {@code operand} is seen to be made of zeros alone. */
    public boolean isZero(Operand operand) {
        return importer.emitter().isZero(operand.value());
    }

    /** A constant scalar of {@code type} with the whole number {@code value}. */
    public String whole(long value, ElementType type) {
        double near = (double) value;
        if ((long) near != value) {
            throw refuse("the number " + value + " is too large");
        }
        return filled(near, type);
    }

    /** {@code length} as a value of one element. */
    public String value(Length length) {
        return switch (length) {
            case Length.Fixed(long known) -> longs(known);
            case Length.Named(String name) -> {
                String value = scope.symbol(name);
                if (value == null) {
                    throw malformed("uses the number '" + name + "', which nothing before it gives");
                }
                yield value;
            }
        };
    }

    /** Says that the result is {@code value}. */
    public void give(String value) {
        give(List.of(value));
    }

    /** Says that the results are {@code values}, those of lists one by one; empty where one is not computed. */
    public void give(List<String> values) {
        List<String> names = resultNames().toList();
        for (int i = 0; i < Math.min(names.size(), values.size()); i++) {
            String name = names.get(i);
            if (!values.get(i).isEmpty() && !name.isEmpty()) {
                TensorMeta meta = result(i);
                scope.bind(name, new Operand(named(values.get(i), name), meta.type(), meta.dims()));
            } else if (isUsed(i)) {
                throw refuse("its result " + i + " is used, which is not computed here");
            }
        }
    }

    /** Says that the result is a symbolic number, {@code value} of one element. */
    public void giveSymbol(String value) {
        resultNames().findFirst().ifPresent(name -> scope.bindSymbol(name, named(value, name)));
    }

    /** Says that it gives what {@code operand} is. */
    public void pass(Operand operand) {
        give(operand.value());
    }

    private String named(String value, String name) {
        Emitter emitter = importer.emitter();
        String wish = emitter.fresh(name);
        return emitter.rename(value, wish, start) ? wish : value;
    }

    private Stream<String> resultNames() {
        return Names.of(node);
    }

    /** The refusal of the model for what this call asks. */
    public EngineException refuse(String why) {
        return fault(Fault.MODEL_UNSUPPORTED, node.label() + ": " + why);
    }

    /** The refusal of the model for what can't be in a program that PyTorch exported. */
    public EngineException malformed(String what) {
        return fault(Fault.MODEL_MALFORMED, node.label() + " " + what);
    }

    private EngineException fault(Fault fault, String message) {
        return new EngineException(
                fault, message, List.of(new Detail(node.module().isEmpty() ? "model" : node.module(), message)));
    }
}
