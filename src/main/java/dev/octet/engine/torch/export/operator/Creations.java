package dev.octet.engine.torch.export.operator;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.export.Aten;
import dev.octet.engine.torch.export.OnnxCall;
import dev.octet.engine.torch.export.Operand.OfTensor;
import dev.octet.engine.torch.export.Size;
import dev.octet.engine.torch.export.Translations;
import java.util.List;

/** Tensors made of nothing but numbers, and triangles of others. */
final class Creations {

    private Creations() {}

    static void addTo(Translations translations) {
        translations
                .add("Range", Creations::range)
                .add("ConstantOfShape", Creations::filled)
                .add("Trilu", Creations::triangle);
    }

    private static void range(OnnxCall call) {
        if (call.numbers(0).isEmpty()
                || call.numbers(1).isEmpty()
                || call.numbers(2).isEmpty()) {
            throw call.refuse("bounds that are computed from values");
        }
        Size from = call.sizes(0).getFirst();
        Size to = call.sizes(1).getFirst();
        Size step = call.sizes(2).getFirst();
        ElementType type = call.numbers(0).orElseThrow().type();
        if (!step.isKnown() || step.known() < 1) {
            throw call.refuse("steps that go backwards or depend on the inputs");
        }
        call.give(call.aten("arange.start_step")
                .size("start", from)
                .size("end", to)
                .size("step", step)
                .keyword()
                .type("dtype", type)
                .out(type, List.of(to.minus(from).plus(step.known() - 1).dividedBy(step))));
    }

    private static void filled(OnnxCall call) {
        Tensor value = call.node().attributes().get("value") instanceof Attribute.OfTensor(Tensor own)
                ? own
                : Tensor.ofFloats(new float[1], 1);
        List<Size> sizes = call.sizes(0);
        Aten aten = call.aten("full.default").sizes("size", sizes);
        if (value.type().isFloatingPoint()) {
            aten.number("fill_value", value.toFloats()[0]);
        } else if (value.type() == ElementType.BOOL) {
            aten.flag("fill_value", value.toLongs()[0] != 0);
        } else {
            aten.whole("fill_value", value.toLongs()[0]);
        }
        call.give(aten.keyword().type("dtype", value.type()).out(value.type(), sizes));
    }

    private static void triangle(OnnxCall call) {
        OfTensor input = call.tensor(0);
        long diagonal = call.has(1) ? call.integers(1).getFirst() : 0;
        call.give(call.aten(call.attribute("upper", 1) != 0 ? "triu.default" : "tril.default")
                .tensor("self", input)
                .whole("diagonal", diagonal)
                .outLike(input));
    }
}
