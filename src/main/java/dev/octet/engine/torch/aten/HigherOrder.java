package dev.octet.engine.torch.aten;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operators;
import dev.octet.engine.torch.program.Argument;
import dev.octet.engine.torch.program.ProgramGraph;
import dev.octet.engine.torch.program.TensorMeta;
import java.util.List;

/** Operators that run a graph of their own under some setting that does not matter at inference. */
final class HigherOrder {

    private HigherOrder() {}

    static void addTo(Operators operators) {
        operators
                .add("higher_order::wrap_with_set_grad_enabled", call -> inlined(call, 1))
                .add("higher_order::wrap_with_autocast", HigherOrder::autocast);
    }

    /** @param settings arguments before the graph */
    private static void inlined(Call call, int settings) {
        List<String> names = call.names();
        if (names.size() <= settings) {
            throw call.malformed("has no graph");
        }
        names.subList(0, settings).forEach(call::ignore);
        call.inline(names.get(settings), names.subList(settings + 1, names.size()));
    }

    /** Given are the device, the type, whether it is enabled, whether casts are kept, the graph. */
    private static void autocast(Call call) {
        List<String> names = call.names();
        boolean enabled = names.size() > 4 && call.flag(names.get(2), true);
        if (enabled && call.argument(names.get(4)) instanceof Argument.OfGraph(ProgramGraph graph)) {
            graph.tensors().values().stream()
                    .map(TensorMeta::type)
                    .filter(type -> type == ElementType.FLOAT16 || type == ElementType.BFLOAT16)
                    .findFirst()
                    .ifPresent(type -> {
                        throw call.refuse("torch.autocast computes in " + type
                                + " there without a cast in the program; leave autocast out when exporting, or export"
                                + " with .run_decompositions({}), which writes the casts down");
                    });
        }
        inlined(call, 4);
    }
}
