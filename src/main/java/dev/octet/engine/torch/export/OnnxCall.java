package dev.octet.engine.torch.export;

import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** One node of a graph while it is translated: its inputs, its results, and the calls emitted for it. */
public final class OnnxCall {

    /** Most numbers that are kept as such; more make a tensor. */
    private static final int MOST_NUMBERS = 4096;

    private final Node node;
    private final ModelExporter exporter;

    OnnxCall(Node node, ModelExporter exporter) {
        this.node = node;
        this.exporter = exporter;
    }

    public Node node() {
        return node;
    }

    public boolean has(int input) {
        return node.hasInput(input);
    }

    /** The tensor at {@code input}; numbers are made one. */
    public Operand.OfTensor tensor(int input) {
        return exporter.tensor(required(input));
    }

    /** The tensor at {@code input}, empty where it is left out. */
    public Optional<Operand.OfTensor> optional(int input) {
        return has(input) ? Optional.of(tensor(input)) : Optional.empty();
    }

    public List<Operand.OfTensor> tensors() {
        List<Operand.OfTensor> tensors = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            tensors.add(tensor(i));
        }
        return tensors;
    }

    /** The constant at {@code input}. */
    public Optional<Tensor> constant(int input) {
        return has(input) ? exporter.constant(node.input(input)) : Optional.empty();
    }

    /** The numbers at {@code input}, whether sizes or constants tell them. */
    public Optional<Operand.OfNumbers> numbers(int input) {
        if (!has(input)) {
            return Optional.empty();
        }
        if (exporter.known(node.input(input)) instanceof Operand.OfNumbers numbers) {
            return Optional.of(numbers);
        }
        return constant(input)
                .filter(tensor -> tensor.rank() <= 1 && tensor.elements() <= MOST_NUMBERS)
                .filter(tensor -> switch (tensor.type()) {
                    case INT64, INT32, BOOL -> true;
                    default -> false;
                })
                .map(tensor -> new Operand.OfNumbers(
                        tensor.type(),
                        Arrays.stream(tensor.toLongs()).mapToObj(Size::of).toList(),
                        tensor.rank() == 1));
    }

    /** Whether sizes tell the numbers at {@code input}. */
    boolean isNumbers(int input) {
        return has(input) && exporter.known(node.input(input)) instanceof Operand.OfNumbers;
    }

    /** The sizes at {@code input}. */
    public List<Size> sizes(int input) {
        return numbers(input)
                .orElseThrow(() -> refuse("its input " + input + " is computed from values, not from sizes"))
                .values();
    }

    /** The known whole numbers at {@code input}; none where it is left out. */
    public List<Long> integers(int input) {
        if (!has(input)) {
            return List.of();
        }
        return sizes(input).stream()
                .map(size -> {
                    if (!size.isKnown()) {
                        throw refuse("its input " + input + " depends on the inputs' sizes");
                    }
                    return size.known();
                })
                .toList();
    }

    /** Known whole numbers: the attribute of that name, or the input where newer versions of the operator have it. */
    public List<Long> integers(String attribute, int input) {
        return has(input) ? integers(input) : node.intsAttribute(attribute, List.of());
    }

    /** The constant at {@code input} where it is one number. */
    public OptionalDouble number(int input) {
        Tensor tensor = constant(input).orElse(null);
        if (tensor == null || tensor.elements() != 1) {
            return OptionalDouble.empty();
        }
        return switch (tensor.type()) {
            case FLOAT, FLOAT16, BFLOAT16 -> OptionalDouble.of(tensor.toFloats()[0]);
            case INT64, INT32, INT16, INT8, UINT8, UINT16 -> exact(tensor.toLongs()[0]);
            default -> OptionalDouble.empty();
        };
    }

    private static OptionalDouble exact(long value) {
        double near = (double) value;
        return (long) near == value ? OptionalDouble.of(near) : OptionalDouble.empty();
    }

    public long attribute(String name, long otherwise) {
        return node.intAttribute(name, otherwise);
    }

    /** {@code axis} counted from the front. */
    public int axis(long axis, int rank) {
        if (axis < -rank || axis >= Math.max(rank, 1)) {
            throw refuse("axis " + axis + " of a tensor with " + rank);
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** The one node that uses its first result, and that nothing else takes. */
    public Optional<Node> onlyConsumer() {
        return exporter.uses().onlyConsumer(node.output(0));
    }

    /** The constant called {@code name}. */
    public Optional<Tensor> constant(String name) {
        return exporter.constant(name);
    }

    /** The node that gives the value at {@code input}. */
    public Optional<Node> producer(int input) {
        return exporter.uses().producer(node.input(input));
    }

    /** Whether what is at {@code input} is the model's own, though it may be dequantized first. */
    public boolean isOwn(int input) {
        return constant(input).isPresent()
                || producer(input)
                        .filter(made -> made.is("DequantizeLinear"))
                        .flatMap(made -> constant(made.input(0)))
                        .isPresent();
    }

    /** A constant list of whole numbers, called as {@code wish} where it is stored. */
    public Operand.OfTensor wholes(String wish, long[] values) {
        return exporter.builder().store(wish, Tensor.ofLongs(values, values.length));
    }

    /** Begins a call of {@code target}, an operator of ATen unless it names another library. */
    public Aten aten(String target) {
        return new Aten(exporter.builder(), target.contains("::") ? target.replace("::", ".") : "aten." + target);
    }

    /** {@code operand} as a tensor of {@code type}. */
    public Operand.OfTensor cast(Operand.OfTensor operand, ElementType type) {
        return operand.type() == type
                ? operand
                : aten("to.dtype").tensor("self", operand).type("dtype", type).out(type, operand.sizes());
    }

    /** Says what its results are, by position. */
    public void give(List<? extends Operand> results) {
        for (int i = 0; i < Math.max(results.size(), node.outputs().size()); i++) {
            String name = node.output(i);
            if (!name.isEmpty() && i < results.size()) {
                exporter.bind(name, results.get(i));
            } else if (!name.isEmpty() && exporter.isNeeded(name)) {
                throw refuse("its result " + i + " is used, which is not computed here");
            }
        }
    }

    public void give(Operand result) {
        give(List.of(result));
    }

    /** Says that the value {@code name} is {@code operand} too. */
    public void alsoGive(String name, Operand operand) {
        exporter.bind(name, operand);
    }

    private String required(int input) {
        if (!has(input)) {
            throw new EngineException(
                    Fault.MODEL_MALFORMED, node.op() + " '" + node.label() + "' has no input " + input);
        }
        return node.input(input);
    }

    /** The refusal of the model for what this node asks. */
    public EngineException refuse(String why) {
        String message = node.op() + " '" + node.label() + "': " + why;
        return new EngineException(Fault.MODEL_UNSUPPORTED, message, List.of(new Detail(node.label(), message)));
    }
}
