package dev.octet.engine.torch.lower;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.torch.lower.Scope.View;
import dev.octet.engine.torch.program.Argument;
import dev.octet.engine.torch.program.FxNode;
import dev.octet.engine.torch.program.Names;
import dev.octet.engine.torch.program.TensorMeta;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tensors that share memory, where some are written in place.
 *
 * <p>A value of a graph never changes: what is written to a view is put into the tensor that it shows, which becomes another value, and
 * views made before are made again from it when they are next read.
 */
final class Memory {

    private static final long MOST_WORK = 500_000;

    private final Importer importer;
    private final Operators operators;
    private long work;

    Memory(Importer importer, Operators operators) {
        this.importer = importer;
        this.operators = operators;
    }

    /** Keeps in mind what {@code node} shares, and what it wrote. */
    void after(FxNode node, Scope scope) {
        Optional<String> first = node.arguments().values().stream()
                .filter(Argument.OfTensor.class::isInstance)
                .flatMap(Names::of)
                .findFirst();
        if (first.isEmpty()) {
            return;
        }
        String shown = first.get();
        if (Operators.isInPlace(node.target())) {
            Optional<String> result =
                    Names.of(node).filter(name -> scope.tensor(name) != null).findFirst();
            Operand written = result.map(scope::tensor).orElse(null);
            if (result.isPresent() && written != null) {
                overwrite(shown, written, node, scope);
                scope.alias(result.get(), new View(shown, node, true));
            }
        } else if (operators.isView(node.target())) {
            boolean certain = isCertain(node, shown, scope);
            Names.of(node).forEach(name -> scope.alias(name, new View(shown, node, certain)));
        }
    }

    private void overwrite(String name, Operand written, FxNode node, Scope scope) {
        String owner = scope.ownerOf(name);
        if (owner != null) {
            throw Importer.changesState(owner);
        }
        if (scope.isLent(name)) {
            throw new Call(node, scope, importer)
                    .refuse("it writes in place, within a region of its own, to what comes from outside;"
                            + " export with .run_decompositions({}), which undoes that");
        }
        List<String> sharing = scope.sharing(scope.root(name));
        Operand before = scope.tensor(name);
        if (sharing.size() > 1 && before != null && !before.dims().equals(written.dims())) {
            throw new Call(node, scope, importer)
                    .refuse("it changes the shape of a tensor in place whose memory others show;"
                            + " export with .run_decompositions({}), which undoes that");
        }
        Set<String> current = new HashSet<>();
        String at = scope.canonical(name);
        scope.bind(at, written);
        current.add(at);
        for (View view = scope.view(at); view != null && view.certain(); view = scope.view(at)) {
            Operand base = current(view.of(), scope);
            Operand part = scope.tensor(at);
            Call made = new Call(view.node(), scope, importer);
            if (base == null || part == null) {
                throw made.malformed("shows what nothing before it gives");
            }
            String whole = operators
                    .viewWrite(view.node().target())
                    .write(made, base, part, Names.of(view.node()).toList().indexOf(at));
            spend(1, node, scope);
            at = view.of();
            scope.bind(at, new Operand(whole, base.type(), base.dims()));
            current.add(at);
        }
        spend(sharing.size(), node, scope);
        sharing.stream().filter(other -> !current.contains(other)).forEach(other -> scope.outdate(other, node.label()));
    }

    /** A program may write much to small parts of much: what that makes is bounded. */
    private void spend(long amount, FxNode node, Scope scope) {
        work += amount;
        if (work > MOST_WORK) {
            throw new Call(node, scope, importer)
                    .refuse("the program writes in place to too many views; export with .run_decompositions({})");
        }
    }

    /** What {@code name} stands for now: a view of what was written since is made again. */
    @Nullable
    Operand current(String name, Scope scope) {
        Deque<View> outdated = new ArrayDeque<>();
        String at = scope.canonical(name);
        for (String by = scope.staleBy(at); by != null; by = scope.staleBy(at)) {
            View view = scope.view(at);
            if (view == null || !view.certain()) {
                throw new EngineException(
                        Fault.MODEL_UNSUPPORTED,
                        "'" + at + "' is read, whose memory " + by + " may have written in place; export with"
                                + " .run_decompositions({}), which undoes that",
                        List.of(new Detail("model", "'" + at + "' is read after " + by + " may have written to it")));
            }
            outdated.push(view);
            at = view.of();
        }
        for (View view : outdated) {
            spend(1, view.node(), scope);
            importer.lower(view.node(), scope);
        }
        return scope.tensor(name);
    }

    /** Whether what could be a view is one: it is where the memory it shows stands row by row, or its own does not. */
    private static boolean isCertain(FxNode node, String shown, Scope scope) {
        TensorMeta from = scope.graph().tensors().get(shown);
        TensorMeta to = Names.of(node)
                .findFirst()
                .map(name -> scope.graph().tensors().get(name))
                .orElse(null);
        if (from == null || to == null) {
            return false;
        }
        boolean copied = node.arguments().get("copy") instanceof Argument.OfFlag(boolean copy) && copy;
        return switch (Operators.plain(node.target())) {
            case "contiguous" -> from.hasLayoutOf(to);
            case "to", "type_as" -> !copied && from.type() == to.type() && from.hasLayoutOf(to);
            case "reshape", "reshape_as", "flatten" -> from.isRowByRow() || !to.isRowByRow();
            default -> true;
        };
    }
}
