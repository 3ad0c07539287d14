package dev.octet.engine.torch.aten.math;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import java.util.List;

/** Variances and standard deviations: the mean square of what is left when the mean is taken away. */
public final class Variances {

    private Variances() {}

    public static void addTo(Operators operators) {
        operators
                .add("var", call -> call.give(variance(call)))
                .add("std", call -> call.give(call.op("Sqrt", variance(call)).out()))
                .add("var_mean", Variances::withMean);
    }

    private static void withMean(Call call) {
        String mean = Reductions.reduced(call, "ReduceMean", call.tensor("self").value());
        call.give(List.of(variance(call), mean));
    }

    private static String variance(Call call) {
        Operand input = call.tensor("self");
        ElementType type = input.type();
        List<Long> axes = Reductions.axes(call);
        String mean = call.op("ReduceMean", input.value(), call.longs(axes))
                .with("keepdims", 1)
                .out();
        String rest = call.op("Sub", input.value(), mean).out();
        String square = call.op("Mul", rest, rest).out();
        double correction = call.number("correction", call.flag("unbiased", true) ? 1 : 0);
        String average = Reductions.reduced(call, "ReduceMean", square);
        if (correction == 0) {
            return average;
        }
        long count = 1;
        for (long axis : axes) {
            Dim dim = input.dims().get((int) axis);
            if (!dim.isKnown()) {
                throw call.refuse("an unbiased variance over a size that depends on the inputs; ask for correction=0");
            }
            count *= dim.size();
        }
        return call.op("Mul", average, call.filled(count / Math.max(0, count - correction), type))
                .out();
    }
}
