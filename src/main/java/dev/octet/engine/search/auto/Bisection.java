package dev.octet.engine.search.auto;

import java.util.Map;
import java.util.SortedMap;

/** Looks for the first of many in a row that will do, where trying each would take too long. */
final class Bisection {

    private Bisection() {}

    /** The middle between the first index that will do and the one before it that will not; -1 where there is nothing between. */
    static int between(SortedMap<Integer, Boolean> good) {
        int below = -1;
        for (Map.Entry<Integer, Boolean> entry : good.entrySet()) {
            if (entry.getValue()) {
                return below >= 0 && entry.getKey() - below > 1 ? (entry.getKey() + below) / 2 : -1;
            }
            below = entry.getKey();
        }
        return -1;
    }
}
