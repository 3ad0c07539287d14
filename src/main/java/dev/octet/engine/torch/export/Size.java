package dev.octet.engine.torch.export;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A whole number that may depend on the inputs' sizes: a polynomial of them, and of quotients of such.
 *
 * <p>Kept in one canonical form, so that equal ones are equal. Free sizes are taken to be 2 or more, as {@code torch.export} takes them.
 */
public final class Size {

    /** What a polynomial is made of. */
    sealed interface Atom {

        /**
         * A free size of the inputs.
         *
         * @param example what it is in the example, 2 or more
         */
        record Free(String name, long example) implements Atom {
            @Override
            public String toString() {
                return "Symbol('" + name + "', positive=True, integer=True)";
            }
        }

        /** A quotient, rounded down. */
        record Floor(Size dividend, Size divisor) implements Atom {
            @Override
            public String toString() {
                return "FloorDiv(" + dividend + ", " + divisor + ")";
            }
        }
    }

    private static final Comparator<Atom> ORDER = Comparator.comparing(Atom::toString);
    private static final Comparator<List<Atom>> BY_TEXT = Comparator.comparing(List::toString);

    private final SortedMap<List<Atom>, Long> terms;

    private Size(SortedMap<List<Atom>, Long> terms) {
        terms.values().removeIf(factor -> factor == 0);
        this.terms = terms;
    }

    public static Size of(long value) {
        TreeMap<List<Atom>, Long> terms = new TreeMap<>(BY_TEXT);
        terms.put(List.of(), value);
        return new Size(terms);
    }

    static Size free(String name, long example) {
        return of(new Atom.Free(name, example));
    }

    private static Size of(Atom atom) {
        TreeMap<List<Atom>, Long> terms = new TreeMap<>(BY_TEXT);
        terms.put(List.of(atom), 1L);
        return new Size(terms);
    }

    public boolean isKnown() {
        return terms.isEmpty() || (terms.size() == 1 && terms.firstKey().isEmpty());
    }

    /** Whether it is the known number {@code value}. */
    public boolean is(long value) {
        return isKnown() && known() == value;
    }

    /** The number, of one that is known. */
    public long known() {
        if (!isKnown()) {
            throw new IllegalStateException(this + " depends on the inputs");
        }
        return terms.values().stream().mapToLong(Long::longValue).sum();
    }

    public Size plus(Size other) {
        TreeMap<List<Atom>, Long> sum = new TreeMap<>(terms);
        other.terms.forEach((atoms, factor) -> sum.merge(atoms, factor, Math::addExact));
        return new Size(sum);
    }

    public Size plus(long other) {
        return plus(of(other));
    }

    public Size minus(Size other) {
        return plus(other.times(of(-1)));
    }

    public Size times(Size other) {
        TreeMap<List<Atom>, Long> product = new TreeMap<>(BY_TEXT);
        terms.forEach((one, factor) -> other.terms.forEach((two, times) -> {
            List<Atom> atoms = new ArrayList<>(one);
            atoms.addAll(two);
            atoms.sort(ORDER);
            product.merge(atoms, Math.multiplyExact(factor, times), Math::addExact);
        }));
        return new Size(product);
    }

    /** The quotient rounded down; exact where {@code other} is one product that divides every term. */
    public Size dividedBy(Size other) {
        if (other.is(0)) {
            throw new ArithmeticException("a size divided by nothing");
        }
        if (isKnown() && other.isKnown()) {
            return of(Math.floorDiv(known(), other.known()));
        }
        if (equals(other)) {
            return of(1);
        }
        if (other.terms.size() == 1) {
            TreeMap<List<Atom>, Long> quotient = new TreeMap<>(BY_TEXT);
            List<Atom> divisor = other.terms.firstKey();
            long by = other.terms.values().iterator().next();
            boolean exact = terms.entrySet().stream().allMatch(term -> {
                List<Atom> rest = new ArrayList<>(term.getKey());
                boolean divides = divisor.stream().allMatch(rest::remove) && term.getValue() % by == 0;
                quotient.put(rest, term.getValue() / by);
                return divides;
            });
            if (exact) {
                return new Size(quotient);
            }
        }
        return of(new Atom.Floor(this, other));
    }

    public Size remainder(Size other) {
        return minus(dividedBy(other).times(other));
    }

    /** Whether it can't be {@code value}, whatever the inputs. */
    public boolean isNever(long value) {
        return isKnown() ? known() != value : least() > value;
    }

    /** A bound from below; the least number of all where there is none to be seen. */
    private long least() {
        long sum = 0;
        for (Map.Entry<List<Atom>, Long> term : terms.entrySet()) {
            long product = term.getValue();
            for (Atom atom : term.getKey()) {
                long least = switch (atom) {
                    case Atom.Free _ -> 1;
                    case Atom.Floor(Size dividend, Size divisor) ->
                        divisor.isKnown() && divisor.known() > 0 && dividend.least() >= 0
                                ? dividend.least() / divisor.known()
                                : -1;
                };
                if (least < 0 || product < 0) {
                    return Long.MIN_VALUE;
                }
                product = Math.multiplyExact(product, least);
            }
            sum = Math.addExact(sum, product);
        }
        return sum;
    }

    /** What it is in the example. */
    public long example() {
        long sum = 0;
        for (Map.Entry<List<Atom>, Long> term : terms.entrySet()) {
            long product = term.getValue();
            for (Atom atom : term.getKey()) {
                product = Math.multiplyExact(
                        product,
                        switch (atom) {
                            case Atom.Free(var _, long example) -> example;
                            case Atom.Floor(Size dividend, Size divisor) ->
                                Math.floorDiv(dividend.example(), divisor.example());
                        });
            }
            sum = Math.addExact(sum, product);
        }
        return sum;
    }

    /** Products and what they are multiplied by; the sum of all is the number. */
    SortedMap<List<Atom>, Long> terms() {
        return Collections.unmodifiableSortedMap(terms);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Size that && terms.equals(that.terms);
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** The number as SymPy's {@code srepr} writes it, which is how exported programs write sizes. */
    @Override
    public String toString() {
        if (isKnown()) {
            return "Integer(" + known() + ")";
        }
        List<String> sum = terms.entrySet().stream().map(Size::product).toList();
        return sum.size() == 1 ? sum.getFirst() : "Add(" + String.join(", ", sum) + ")";
    }

    private static String product(Map.Entry<List<Atom>, Long> term) {
        List<String> factors =
                term.getKey().stream().map(Atom::toString).collect(Collectors.toCollection(ArrayList::new));
        if (term.getValue() != 1 || factors.isEmpty()) {
            factors.addFirst("Integer(" + term.getValue() + ")");
        }
        return factors.size() == 1 ? factors.getFirst() : "Mul(" + String.join(", ", factors) + ")";
    }
}
