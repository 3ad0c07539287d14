package dev.octet.engine.search.synthesis;

import dev.octet.engine.graph.Dim;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Sizes for free dimensions that no sample tells, the same for the same name.
 *
 * <p>A name may come with a factor, {@code 8*s22}, as exported programs have it.
 */
public final class FreeSizes {

    /** A short sequence, a small picture. */
    private static final long USUAL = 16;

    /** What a size with a factor should come to, where the usual one would be large. */
    private static final long LARGE = 128;

    private static final Pattern MULTIPLE = Pattern.compile("(\\d{1,6})\\*([A-Za-z_]\\w*)");

    private final Map<String, Long> factors = new HashMap<>();
    private final boolean led;

    /** @param inputs the dimensions of each of a model's inputs */
    public FreeSizes(List<List<Dim>> inputs) {
        Set<Long> leading = new HashSet<>();
        Set<String> first = new HashSet<>();
        Set<String> inner = new HashSet<>();
        for (List<Dim> dims : inputs) {
            for (int axis = 0; axis < dims.size(); axis++) {
                Dim dim = dims.get(axis);
                multiple(dim).ifPresent(m -> factors.merge(m.group(2), Long.parseLong(m.group(1)), Math::max));
                if (axis == 0) {
                    leading.add(dim.size());
                }
                if (dim.symbol() != null) {
                    (axis == 0 ? first : inner).add(dim.symbol());
                }
            }
        }
        led = leading.size() <= 1 && Collections.disjoint(first, inner);
    }

    /**
     * Whether the first dimension of all inputs can be what counts samples: where it is free for some and fixed for others, or has the name
     * of an inner one, it can't.
     */
    public boolean areLedBySamples() {
        return led;
    }

    /** A size for {@code dim}. */
    public long of(Dim dim) {
        if (dim.isKnown()) {
            return dim.size();
        }
        return multiple(dim)
                .map(m -> Long.parseLong(m.group(1)) * ofName(m.group(2)))
                .orElseGet(() -> dim.symbol() == null ? USUAL : ofName(dim.symbol()));
    }

    /** The sizes of an input of one sample. */
    public List<Long> ofOneSample(List<Dim> dims) {
        boolean free = led && !dims.isEmpty() && !dims.getFirst().isKnown();
        return IntStream.range(0, dims.size())
                .mapToObj(axis -> axis == 0 && free ? 1L : of(dims.get(axis)))
                .toList();
    }

    private long ofName(String name) {
        long factor = factors.getOrDefault(name, 1L);
        return factor * USUAL <= LARGE ? USUAL : Math.max(2, LARGE / factor);
    }

    private static Optional<Matcher> multiple(Dim dim) {
        return Optional.ofNullable(dim.symbol()).map(MULTIPLE::matcher).filter(Matcher::matches);
    }
}
