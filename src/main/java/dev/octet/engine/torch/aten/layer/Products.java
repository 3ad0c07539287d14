package dev.octet.engine.torch.aten.layer;

import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import java.util.Optional;

/** Matrix products and what is made of them: linear layers, embeddings. */
public final class Products {

    private Products() {}

    public static void addTo(Operators operators) {
        operators
                .add("linear", Products::linear)
                .add("addmm", Products::addmm)
                .add("mm bmm", call -> call.give(product(call, "self", "mat2")))
                .add("matmul", call -> call.give(product(call, "self", "other")))
                .add("mv", call -> call.give(product(call, "self", "vec")))
                .add("dot", call -> call.give(product(call, "self", "tensor")))
                .add("outer ger", Products::outer)
                .add("baddbmm", Products::baddbmm)
                .add("einsum", Products::einsum)
                .add("embedding", Products::embedding);
    }

    private static void linear(Call call) {
        Operand input = call.tensor("input");
        Operand weight = call.tensor("weight");
        Optional<Operand> bias = call.optionalTensor("bias");
        if (weight.rank() != 2) {
            throw call.refuse("weights of rank " + weight.rank());
        }
        if (input.rank() == 2) {
            String c = bias.map(Operand::value).orElse("");
            call.give(call.op("Gemm", input.value(), weight.value(), c)
                    .with("transB", 1)
                    .out());
            return;
        }
        String turned = call.op("Transpose", weight.value())
                .with("perm", java.util.List.of(1L, 0L))
                .out();
        String product = call.op("MatMul", input.value(), turned).out();
        call.give(bias.map(b -> call.op("Add", product, b.value()).out()).orElse(product));
    }

    private static void addmm(Call call) {
        call.give(call.op(
                        "Gemm",
                        call.tensor("mat1").value(),
                        call.tensor("mat2").value(),
                        call.tensor("self").value())
                .with("alpha", call.number("alpha", 1))
                .with("beta", call.number("beta", 1))
                .out());
    }

    private static String product(Call call, String left, String right) {
        return call.op("MatMul", call.tensor(left).value(), call.tensor(right).value())
                .out();
    }

    private static void outer(Call call) {
        String column =
                call.op("Unsqueeze", call.tensor("self").value(), call.longs(1)).out();
        call.give(call.op("Mul", column, call.tensor("vec2").value()).out());
    }

    private static void baddbmm(Call call) {
        String product = scaled(call, product(call, "batch1", "batch2"), call.number("alpha", 1));
        String added = scaled(call, call.tensor("self").value(), call.number("beta", 1));
        call.give(call.op("Add", added, product).out());
    }

    private static String scaled(Call call, String value, double factor) {
        return factor == 1
                ? value
                : call.op("Mul", value, call.filled(factor, call.result().type()))
                        .out();
    }

    private static void einsum(Call call) {
        call.ignore("path");
        call.give(call.op(
                        "Einsum",
                        call.tensors("tensors").stream().map(Operand::value).toList())
                .with("equation", call.text("equation", "").replace(" ", ""))
                .out());
    }

    private static void embedding(Call call) {
        call.ignore("padding_idx", "scale_grad_by_freq", "sparse");
        call.give(call.op(
                        "Gather",
                        call.tensor("weight").value(),
                        call.tensor("indices").value())
                .with("axis", 0)
                .out());
    }
}
