package dev.octet.engine.torch.aten;

import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operators;
import java.util.List;

/** Operators that run a graph of their own under some setting that does not matter at inference. */
final class HigherOrder {

    private HigherOrder() {}

    static void addTo(Operators operators) {
        operators.add("higher_order::wrap_with_set_grad_enabled", call -> inlined(call, 1));
    }

    /** @param settings arguments before the graph */
    private static void inlined(Call call, int settings) {
        List<String> names = call.names();
        names.subList(0, Math.min(settings, names.size())).forEach(call::ignore);
        call.inline(names.get(settings), names.subList(settings + 1, names.size()));
    }
}
