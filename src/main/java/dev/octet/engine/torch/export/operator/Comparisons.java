package dev.octet.engine.torch.export.operator;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.export.OnnxCall;
import dev.octet.engine.torch.export.Operand.OfTensor;
import dev.octet.engine.torch.export.Translation;
import dev.octet.engine.torch.export.Translations;
import java.util.List;

/** Questions to values, answered by yes or no. */
final class Comparisons {

    private Comparisons() {}

    static void addTo(Translations translations) {
        translations
                .add("Equal", compared("eq.Tensor"))
                .add("Less", compared("lt.Tensor"))
                .add("LessOrEqual", compared("le.Tensor"))
                .add("Greater", compared("gt.Tensor"))
                .add("GreaterOrEqual", compared("ge.Tensor"))
                .add("IsNaN", asked("isnan.default"))
                .add("IsInf", Comparisons::infinite);
    }

    private static Translation compared(String aten) {
        return call -> {
            OfTensor left = call.tensor(0);
            OfTensor right = call.tensor(1);
            call.give(call.aten(aten)
                    .tensor("self", left)
                    .tensor("other", right)
                    .out(ElementType.BOOL, Broadcast.of(call, List.of(left, right))));
        };
    }

    private static Translation asked(String aten) {
        return call -> call.give(call.aten(aten)
                .tensor("self", call.tensor(0))
                .out(ElementType.BOOL, call.tensor(0).sizes()));
    }

    private static void infinite(OnnxCall call) {
        if (call.attribute("detect_negative", 1) == 0 || call.attribute("detect_positive", 1) == 0) {
            throw call.refuse("infinities of one sign");
        }
        asked("isinf.default").translate(call);
    }
}
