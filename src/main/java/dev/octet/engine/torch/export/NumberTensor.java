package dev.octet.engine.torch.export;

import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import java.util.List;

/** Makes tensors of numbers that sizes tell. */
final class NumberTensor {

    private final ProgramBuilder builder;

    NumberTensor(ProgramBuilder builder) {
        this.builder = builder;
    }

    /** A tensor of {@code numbers}, called as {@code wish} where it is stored. */
    Operand.OfTensor of(String wish, Operand.OfNumbers numbers) {
        List<Size> sizes = numbers.list() ? List.of(Size.of(numbers.values().size())) : List.of();
        if (numbers.values().stream().allMatch(Size::isKnown)) {
            return builder.store(wish, stored(numbers));
        }
        List<Operand.OfTensor> scalars = numbers.values().stream()
                .map(value -> aten("scalar_tensor.default")
                        .size("s", value)
                        .keyword()
                        .type("dtype", numbers.type())
                        .out(numbers.type(), List.of()))
                .toList();
        return numbers.list()
                ? aten("stack.default").tensors("tensors", scalars).out(numbers.type(), sizes)
                : scalars.getFirst();
    }

    private Aten aten(String target) {
        return new Aten(builder, "aten." + target);
    }

    private static Tensor stored(Operand.OfNumbers numbers) {
        long[] values = numbers.values().stream().mapToLong(Size::known).toArray();
        long[] dims = numbers.list() ? new long[] {values.length} : new long[0];
        return switch (numbers.type()) {
            case INT32 -> {
                int[] ints = new int[values.length];
                for (int i = 0; i < ints.length; i++) {
                    ints[i] = (int) values[i];
                }
                yield Tensor.ofInts(ints, dims);
            }
            case BOOL -> {
                byte[] flags = new byte[values.length];
                for (int i = 0; i < flags.length; i++) {
                    flags[i] = (byte) (values[i] == 0 ? 0 : 1);
                }
                yield Tensor.ofBytes(ElementType.BOOL, flags, dims);
            }
            default -> Tensor.ofLongs(values, dims);
        };
    }
}
