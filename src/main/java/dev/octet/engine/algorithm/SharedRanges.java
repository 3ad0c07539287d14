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

    SharedRanges(EncodedValues values) {
        this.groups = values.groups();
    }

    /** Widens the range of {@code value}'s group so that it holds {@code range}. */
    void put(String value, Range range) {
        ranges.merge(root(value), range, Range::union);
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
                joined.put(root, first);
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
