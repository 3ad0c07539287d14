package dev.octet.engine.algorithm;

import dev.octet.engine.plan.EncodedValues;
import dev.octet.engine.scheme.Range;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Ranges of groups of values that share an encoding; groups can be joined. */
final class SharedRanges {

    private final Map<String, String> groups;
    private final Map<String, String> joined = new HashMap<>();
    private final Map<String, Range> ranges = new HashMap<>();
    private final Map<String, Range> limits = new HashMap<>();

    SharedRanges(EncodedValues values) {
        this.groups = values.groups();
    }

    /** Widens the range of {@code value}'s group so that it holds {@code range}. */
    void put(String value, Range range) {
        ranges.merge(root(value), range, Range::union);
    }

    /** Keeps the range of {@code value}'s group within {@code limit}: its encoding does the work of a clamp. */
    void limit(String value, Range limit) {
        limits.merge(root(value), limit, SharedRanges::intersection);
    }

    /** Whether the encoding of {@code value}'s group may be as wide as {@code range}. */
    boolean mayHold(String value, Range range) {
        Range limit = limits.get(root(value));
        return limit == null || (range.min() >= limit.min() && range.max() <= limit.max());
    }

    private static Range intersection(Range one, Range other) {
        float min = Math.max(one.min(), other.min());
        float max = Math.min(one.max(), other.max());
        return new Range(min, max);
    }

    /** The range of the group that {@code value} belongs to. */
    Range of(String value) {
        Range range = ranges.get(root(value));
        if (range == null) {
            throw new IllegalStateException("no range for " + value);
        }
        return range;
    }

    /** Makes the groups of {@code values} one, with the union of their ranges. */
    void join(List<String> values) {
        String first = root(values.getFirst());
        for (String value : values) {
            String root = root(value);
            if (!root.equals(first)) {
                Range range = ranges.remove(root);
                Range limit = limits.remove(root);
                joined.put(root, first);
                if (limit != null) {
                    limit(first, limit);
                }
                if (range != null) {
                    put(first, range);
                }
            }
        }
    }

    /** For each value the first value of its group. */
    Map<String, String> groups() {
        Map<String, String> all = new LinkedHashMap<>();
        groups.keySet().forEach(value -> all.put(value, root(value)));
        return all;
    }

    /** The range of each group, in the order of the values. */
    Map<String, Range> byGroup() {
        Map<String, Range> all = new LinkedHashMap<>();
        groups.keySet().forEach(value -> all.putIfAbsent(root(value), of(value)));
        return all;
    }

    private String root(String value) {
        String root = groups.getOrDefault(value, value);
        while (joined.containsKey(root)) {
            root = joined.get(root);
        }
        return root;
    }
}
