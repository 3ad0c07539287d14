package dev.octet.engine.torch.lower;

import dev.octet.engine.torch.program.ProgramGraph;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the names of one program graph stand for, and which of them share memory. */
final class Scope {

    private final ProgramGraph graph;
    private final Map<String, Operand> tensors = new HashMap<>();
    private final Map<String, String> symbols = new HashMap<>();
    private final Map<String, String> memory = new HashMap<>();
    private final Map<String, String> overwritten = new HashMap<>();
    private final Map<String, String> owned = new HashMap<>();

    Scope(ProgramGraph graph) {
        this.graph = graph;
    }

    ProgramGraph graph() {
        return graph;
    }

    void bind(String name, Operand operand) {
        tensors.put(name, operand);
    }

    @Nullable
    Operand tensor(String name) {
        return tensors.get(name);
    }

    /** Binds a symbolic number to a value of one element. */
    void bindSymbol(String name, String value) {
        symbols.put(name, value);
    }

    @Nullable
    String symbol(String name) {
        return symbols.get(name);
    }

    /** Says that {@code name} is a parameter or buffer, {@code path} in the model. */
    void own(String name, String path) {
        owned.put(name, path);
    }

    /** Path of the parameter or buffer whose memory {@code name} shares; null where it shares none's. */
    @Nullable
    String ownerOf(String name) {
        return owned.get(root(name));
    }

    /** Says that {@code view} shows the memory of {@code name}. */
    void alias(String view, String name) {
        memory.put(view, root(name));
    }

    private String root(String name) {
        return memory.getOrDefault(name, name);
    }

    /** What overwrote memory that {@code name} shows a part of; null where it can be used. */
    @Nullable
    String staleBy(String name) {
        return overwritten.get(name);
    }

    /**
     * Puts {@code result} in the place of {@code name}, written in place by {@code by}: names of the same value follow, other views of
     * the memory can no longer be used.
     */
    void overwrite(String name, Operand result, String by) {
        Operand before = tensors.get(name);
        String root = root(name);
        for (Map.Entry<String, Operand> each : tensors.entrySet()) {
            if (root(each.getKey()).equals(root)) {
                if (each.getKey().equals(name) || each.getValue().equals(before)) {
                    each.setValue(result);
                } else {
                    overwritten.put(each.getKey(), by);
                }
            }
        }
    }
}
