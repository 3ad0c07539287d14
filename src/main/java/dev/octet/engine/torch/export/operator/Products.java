package dev.octet.engine.torch.export.operator;

import dev.octet.engine.torch.export.OnnxCall;
import dev.octet.engine.torch.export.Operand.OfTensor;
import dev.octet.engine.torch.export.Size;
import dev.octet.engine.torch.export.Translations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Matrix products and linear layers. */
final class Products {

    private Products() {}

    static void addTo(Translations translations) {
        translations
                .add("Gemm", Products::gemm)
                .add("MatMul", Products::product)
                .add("Einsum", Products::einsum);
    }

    private static void gemm(OnnxCall call) {
        OfTensor a = call.attribute("transA", 0) == 0 ? call.tensor(0) : turned(call, call.tensor(0));
        OfTensor b = call.tensor(1);
        double alpha = call.node().floatAttribute("alpha", 1);
        double beta = call.node().floatAttribute("beta", 1);
        boolean transposed = call.attribute("transB", 0) != 0;
        OfTensor c = call.optional(2).orElse(null);
        List<Size> sizes = List.of(a.size(0), b.size(transposed ? 0 : 1));
        boolean vector = c == null || (c.rank() == 1 && c.size(0).equals(sizes.get(1)));
        if (transposed && alpha == 1 && beta == 1 && vector) {
            call.give(call.aten("linear.default")
                    .tensor("input", a)
                    .tensor("weight", b)
                    .optional("bias", c)
                    .out(a.type(), sizes));
            return;
        }
        OfTensor right = transposed ? turned(call, b) : b;
        if (c == null) {
            OfTensor product = call.aten("mm.default")
                    .tensor("self", a)
                    .tensor("mat2", right)
                    .out(a.type(), sizes);
            call.give(
                    alpha == 1
                            ? product
                            : call.aten("mul.Tensor")
                                    .tensor("self", product)
                                    .number("other", alpha)
                                    .outLike(product));
            return;
        }
        call.give(call.aten("addmm.default")
                .tensor("self", c)
                .tensor("mat1", a)
                .tensor("mat2", right)
                .keyword()
                .number("beta", beta)
                .number("alpha", alpha)
                .out(a.type(), sizes));
    }

    private static OfTensor turned(OnnxCall call, OfTensor matrix) {
        return call.aten("permute.default")
                .tensor("self", matrix)
                .wholes("dims", List.of(1L, 0L))
                .out(matrix.type(), List.of(matrix.size(1), matrix.size(0)));
    }

    private static void product(OnnxCall call) {
        call.give(product(call, call.tensor(0), call.tensor(1)));
    }

    static OfTensor product(OnnxCall call, OfTensor a, OfTensor b) {
        if (a.rank() == 0 || b.rank() == 0) {
            throw call.refuse("a product of a number");
        }
        List<Size> sizes = new ArrayList<>(Broadcast.of(call, batch(a), batch(b)));
        if (a.rank() > 1) {
            sizes.add(a.size(a.rank() - 2));
        }
        if (b.rank() > 1) {
            sizes.add(b.size(b.rank() - 1));
        }
        return call.aten("matmul.default").tensor("self", a).tensor("other", b).out(a.type(), sizes);
    }

    private static void einsum(OnnxCall call) {
        String equation = call.node().stringAttribute("equation", "").replace(" ", "");
        int arrow = equation.indexOf("->");
        if (arrow < 0 || equation.contains(".")) {
            throw call.refuse("the equation " + equation + ", which leaves axes to be guessed");
        }
        List<OfTensor> factors = call.tensors();
        String[] operands = equation.substring(0, arrow).split(",", -1);
        Map<Character, Size> axes = new HashMap<>();
        for (int i = 0; i < operands.length; i++) {
            for (int axis = 0; axis < operands[i].length(); axis++) {
                axes.putIfAbsent(operands[i].charAt(axis), factors.get(i).size(axis));
            }
        }
        List<Size> sizes = new ArrayList<>();
        for (char axis : equation.substring(arrow + 2).toCharArray()) {
            sizes.add(Objects.requireNonNull(axes.get(axis), "an axis that no operand has"));
        }
        call.give(call.aten("einsum.default")
                .text("equation", equation)
                .tensors("tensors", factors)
                .out(factors.getFirst().type(), sizes));
    }

    private static List<Size> batch(OfTensor tensor) {
        return tensor.sizes().subList(0, Math.max(0, tensor.rank() - 2));
    }
}
