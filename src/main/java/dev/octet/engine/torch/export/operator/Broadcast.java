package dev.octet.engine.torch.export.operator;

import dev.octet.engine.torch.export.OnnxCall;
import dev.octet.engine.torch.export.Operand.OfTensor;
import dev.octet.engine.torch.export.Size;
import java.util.ArrayList;
import java.util.List;

/** Sizes of results whose operands are stretched to each other. */
final class Broadcast {

    private Broadcast() {}

    static List<Size> of(OnnxCall call, List<OfTensor> operands) {
        List<Size> sizes = List.of();
        for (OfTensor operand : operands) {
            sizes = of(call, sizes, operand.sizes());
        }
        return sizes;
    }

    /**
     * What {@code one} and {@code two} are stretched to. Of two sizes that depend on the inputs the first is taken: they are equal at
     * run time, as {@code torch.export} takes no free size to be 1.
     */
    static List<Size> of(OnnxCall call, List<Size> one, List<Size> two) {
        int rank = Math.max(one.size(), two.size());
        List<Size> sizes = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            sizes.add(stretched(call, at(one, i - rank + one.size()), at(two, i - rank + two.size())));
        }
        return sizes;
    }

    private static Size at(List<Size> sizes, int axis) {
        return axis < 0 ? Size.of(1) : sizes.get(axis);
    }

    private static Size stretched(OnnxCall call, Size one, Size two) {
        if (one.is(1)) {
            return two;
        }
        if (two.is(1) || !two.isKnown()) {
            return one;
        }
        if (one.isKnown() && !one.equals(two)) {
            throw call.refuse("sizes " + one.known() + " and " + two.known() + " do not fit each other");
        }
        return two;
    }
}
