package dev.octet.platform;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list that is newest first.
 *
 * @param items the items, newest first
 * @param nextCursor where the next page begins; null on the last
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {
    public Page {
        items = List.copyOf(items);
    }

    /**
     * Cuts a page from what was read.
     *
     * @param read what follows the cursor: one item more than the limit, where there are so many
     * @param limit the most items of a page
     * @param place where an item stands
     */
    public static <T> Page<T> of(List<T> read, int limit, Function<T, Cursor> place) {
        if (read.size() <= limit) {
            return new Page<>(read, null);
        }
        return new Page<>(
                read.subList(0, limit), place.apply(read.get(limit - 1)).text());
    }

    /** The same page of other items. */
    public <R> Page<R> map(Function<T, R> mapping) {
        return new Page<>(items.stream().map(mapping).toList(), nextCursor);
    }
}
