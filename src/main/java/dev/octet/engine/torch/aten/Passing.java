package dev.octet.engine.torch.aten;

import dev.octet.engine.torch.aten.math.Numbers;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import java.util.List;

/** Operators that give what they are given, at most as another type. */
final class Passing {

    private Passing() {}

    static void addTo(Operators operators) {
        operators
                .add("clone contiguous detach alias lift_fresh_copy lift_fresh", Passing::through)
                .add("alias_copy detach_copy", Passing::through)
                .add("to.dtype to.dtype_layout to.device to.other _to_copy type_as", Passing::converted)
                .add("dropout feature_dropout alpha_dropout native_dropout", Passing::dropout)
                .add("as_strided", Passing::strided)
                .add("copy", Passing::copied)
                .add("_assert_tensor_metadata _assert_scalar _assert_async", call -> {})
                .add("sym_constrain_range sym_constrain_range_for_size", call -> {});
    }

    private static void through(Call call) {
        call.ignore("memory_format");
        call.pass(call.tensor("self"));
    }

    private static void converted(Call call) {
        call.ignore("dtype", "layout", "device", "pin_memory", "non_blocking", "memory_format", "copy", "other");
        call.give(Numbers.as(call, "self", call.result().type()));
    }

    private static void dropout(Call call) {
        call.ignore("p");
        if (call.flag("train", false) && call.number("p", 0) != 0) {
            throw call.refuse("it drops out; call model.eval() before torch.export.export");
        }
        call.give(List.of(call.tensor(call.has("self") ? "self" : "input").value()));
    }

    /** Another look at memory, which can be imported where it shows what is there already. */
    private static void strided(Call call) {
        Operand input = call.tensor("self");
        call.lengths("size");
        call.lengths("stride");
        boolean same = input.dims().equals(call.result().dims())
                && call.meta("self").hasLayoutOf(call.result())
                && call.length("storage_offset", 0).is(0);
        if (!same) {
            throw call.refuse("it shows memory in another layout than " + input.dims());
        }
        call.pass(input);
    }

    /** Brings the second tensor to the type and shape of the first. */
    private static void copied(Call call) {
        call.ignore("non_blocking");
        Operand into = call.tensor("self");
        Operand from = call.tensor("src");
        String cast = Numbers.cast(call, from, into.type());
        if (from.dims().equals(into.dims())) {
            call.give(cast);
        } else {
            call.give(call.op("Expand", cast, call.op("Shape", into.value()).out())
                    .out());
        }
    }
}
