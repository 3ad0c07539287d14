package dev.octet.engine.torch.lower;

import dev.octet.engine.torch.program.Argument;
import dev.octet.engine.torch.program.FxNode;
import dev.octet.engine.torch.program.Names;
import dev.octet.engine.torch.program.ProgramGraph;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which calls of a program have to do with its outputs: checks and what only they use have not. */
final class Liveness {

    private final Set<String> used = new HashSet<>();
    private final List<FxNode> live = new ArrayList<>();

    /** @param results the graph's outputs that are asked for */
    Liveness(ProgramGraph graph, Collection<Argument> results) {
        results.forEach(this::use);
        for (FxNode node : graph.nodes().reversed()) {
            if (Operators.isInPlace(node.target()) || Names.of(node).anyMatch(used::contains)) {
                live.add(node);
                node.arguments().values().forEach(this::use);
            }
        }
    }

    private void use(Argument argument) {
        Names.of(argument).filter(name -> !name.isEmpty()).forEach(used::add);
    }

    /** Names that a call which matters, or an output, refers to. */
    Set<String> used() {
        return used;
    }

    List<FxNode> live() {
        return live.reversed();
    }
}
