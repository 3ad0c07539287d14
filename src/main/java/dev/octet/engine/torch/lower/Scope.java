package dev.octet.engine.torch.lower;

import dev.octet.engine.torch.program.FxNode;
import dev.octet.engine.torch.program.ProgramGraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the names of one program graph stand for, and which of them share memory. */
final class Scope {

    /**
     * How a tensor shows another's memory.
     *
     * @param of the tensor whose memory it is
     * @param node the call that made it
     * @param certain whether it is a view; false where it may as well be a copy
     */
    record View(String of, FxNode node, boolean certain) {}

    private final ProgramGraph graph;
    private final Map<String, Operand> tensors = new HashMap<>();
    private final Map<String, String> symbols = new HashMap<>();
    private final Map<String, String> same = new HashMap<>();
    private final Map<String, View> views = new HashMap<>();
    private final Map<String, String> roots = new HashMap<>();
    private final Map<String, List<String>> members = new HashMap<>();
    private final Map<String, String> stale = new HashMap<>();
    private final Map<String, String> owned = new HashMap<>();
    private final Set<String> lent = new HashSet<>();

    Scope(ProgramGraph graph) {
        this.graph = graph;
    }

    ProgramGraph graph() {
        return graph;
    }

    void bind(String name, Operand operand) {
        String own = canonical(name);
        tensors.put(own, operand);
        stale.remove(own);
    }

    /** What {@code name} stands for, as far as it is not {@link #staleBy stale}. */
    @Nullable
    Operand tensor(String name) {
        return tensors.get(canonical(name));
    }

    /** Binds a symbolic number to a value of one element. */
    void bindSymbol(String name, String value) {
        symbols.put(name, value);
    }

    @Nullable
    String symbol(String name) {
        return symbols.get(name);
    }

    /** Whether {@code name} stands for anything yet. */
    boolean isBound(String name) {
        return tensors.containsKey(name) || symbols.containsKey(name);
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

    /** Says that the memory of {@code name} is another graph's. */
    void lend(String name) {
        lent.add(name);
    }

    boolean isLent(String name) {
        return lent.contains(root(name));
    }

    /** Says that {@code name} shows the memory of another tensor. */
    void alias(String name, View view) {
        Operand shown = tensor(view.of());
        Operand own = tensor(name);
        if (own == null || shown == null || canonical(name).equals(canonical(view.of()))) {
            return;
        }
        if (view.certain() && own.equals(shown)) {
            same.put(name, canonical(view.of()));
        } else {
            String root = root(view.of());
            views.put(name, new View(canonical(view.of()), view.node(), view.certain()));
            roots.put(name, root);
            members.computeIfAbsent(root, _ -> new ArrayList<>()).add(name);
        }
    }

    /** How {@code name} shows another's memory; null where its memory is its own. */
    @Nullable
    View view(String name) {
        return views.get(canonical(name));
    }

    /** The one name of all those that stand for the same tensor. */
    String canonical(String name) {
        return same.getOrDefault(name, name);
    }

    /** The tensor whose memory {@code name} shows in the end. */
    String root(String name) {
        String own = canonical(name);
        return roots.getOrDefault(own, own);
    }

    /** All that show the memory of {@code root}, itself included. */
    List<String> sharing(String root) {
        List<String> all = new ArrayList<>(members.getOrDefault(root, List.of()));
        all.add(root);
        return all;
    }

    /** Which call wrote to memory that {@code name} shows since it was made; null where it can be used as it is. */
    @Nullable
    String staleBy(String name) {
        return stale.get(canonical(name));
    }

    /** Says that {@code by} wrote to memory that {@code name} shows. */
    void outdate(String name, String by) {
        stale.put(name, by);
    }
}
