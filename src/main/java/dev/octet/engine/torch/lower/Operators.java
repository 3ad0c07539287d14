package dev.octet.engine.torch.lower;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The operators that can be imported, by name.
 *
 * <p>A name with its overload ({@code aten.max.dim}) goes before the one for all overloads ({@code aten.max}). Those that write in place
 * ({@code aten.relu_}) are found under the name of those that do not.
 */
public final class Operators {

    private final Map<String, Lowering> lowerings = new LinkedHashMap<>();
    private final Map<String, ViewWrite> views;

    /**
     * @param views operators whose result may share memory with their first tensor, without {@code aten.} and overload, and how what is
     *     written to it gets back there
     */
    public Operators(Map<String, ViewWrite> views) {
        this.views = Map.copyOf(views);
    }

    /** Adds {@code lowering} for each of {@code names}, separated by spaces, {@code aten.} left out. */
    public Operators add(String names, Lowering lowering) {
        for (String name : names.split(" ", -1)) {
            String full = name.contains("::") ? name.replace("::", ".") : "aten." + name;
            if (lowerings.put(full, lowering) != null) {
                throw new IllegalStateException(full + " is lowered twice");
            }
        }
        return this;
    }

    Optional<Lowering> find(String target) {
        String name = functional(target);
        Lowering exact = lowerings.get(name);
        return Optional.ofNullable(exact != null ? exact : lowerings.get(withoutOverload(name)));
    }

    /** Whether {@code target} writes into its first tensor: {@code aten.add_.Tensor}, not {@code aten.__and__.Tensor}. */
    static boolean isInPlace(String target) {
        String name = withoutOverload(target);
        return name.startsWith("aten.") && name.endsWith("_") && !name.endsWith("__");
    }

    boolean isView(String target) {
        return target.startsWith("aten.") && views.containsKey(plain(target));
    }

    /** How what is written to a view that {@code target} made gets back. */
    ViewWrite viewWrite(String target) {
        ViewWrite write = views.get(plain(target));
        if (write == null) {
            throw new IllegalArgumentException(target + " makes no views");
        }
        return write;
    }

    private static String functional(String target) {
        if (!isInPlace(target)) {
            return target;
        }
        String name = withoutOverload(target);
        return name.substring(0, name.length() - 1) + target.substring(name.length());
    }

    private static String withoutOverload(String target) {
        int first = target.indexOf('.');
        int second = target.indexOf('.', first + 1);
        return second < 0 ? target : target.substring(0, second);
    }

    /** The operator for people: {@code conv2d} of {@code aten.conv2d.default}. */
    static String plain(String target) {
        String name = withoutOverload(target);
        return name.substring(name.indexOf('.') + 1).replaceAll("^_+|_+$", "");
    }
}
