package dev.octet.engine.torch.aten.shape;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.program.Length;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shapes as values of the graph, constant as far as sizes are known. */
final class Shaping {

    private Shaping() {}

    /** {@code lengths} as one list. */
    static String list(Call call, List<Length> lengths) {
        if (lengths.stream().allMatch(Length.Fixed.class::isInstance)) {
            return call.longs(lengths.stream()
                    .mapToLong(length -> ((Length.Fixed) length).value())
                    .toArray());
        }
        return call.op("Concat", lengths.stream().map(call::value).toList())
                .with("axis", 0)
                .out();
    }

    /**
     * {@code input} in the shape of the call's result.
     *
     * @param asked the shape that the call names, for where more than one size depends on the inputs; empty for none
     */
    static String reshaped(Call call, Operand input, List<Length> asked) {
        List<Dim> dims = call.result().dims();
        if (input.dims().equals(dims)) {
            return input.value();
        }
        Optional<long[]> constant = constant(input, dims);
        if (constant.isPresent()) {
            return call.op("Reshape", input.value(), call.longs(constant.get())).out();
        }
        if (asked.size() != dims.size()) {
            throw call.refuse("a shape with several sizes that depend on the inputs: " + dims);
        }
        return call.op("Reshape", input.value(), list(call, asked)).out();
    }

    /** The shape in which at most one size is left open (-1) and others are those of the input at the same place (0). */
    private static Optional<long[]> constant(Operand input, List<Dim> dims) {
        List<Long> shape = new ArrayList<>();
        int open = 0;
        long free = dims.stream().filter(dim -> !dim.isKnown()).count();
        boolean empty = dims.stream().anyMatch(dim -> dim.size() == 0);
        for (int i = 0; i < dims.size(); i++) {
            Dim dim = dims.get(i);
            if (dim.isKnown()) {
                shape.add(dim.size());
            } else if (free > 1 && i < input.rank() && dim.equals(input.dims().get(i))) {
                shape.add(0L);
                free--;
            } else {
                shape.add(-1L);
                open++;
            }
        }
        return open > 1 || empty
                ? Optional.empty()
                : Optional.of(shape.stream().mapToLong(Long::longValue).toArray());
    }

    /** The sizes of {@code operand} from axis {@code from} to before {@code to}. */
    static String sizes(Call call, Operand operand, int from, int to) {
        List<Dim> dims = operand.dims().subList(from, to);
        if (dims.stream().allMatch(Dim::isKnown)) {
            return call.longs(dims.stream().mapToLong(Dim::size).toArray());
        }
        return call.op("Shape", operand.value())
                .with("start", from)
                .with("end", to)
                .out();
    }
}
