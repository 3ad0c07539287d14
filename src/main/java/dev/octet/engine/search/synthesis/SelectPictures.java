package dev.octet.engine.search.synthesis;

import java.util.ArrayList;
import java.util.List;

/**
 * Chooses the pictures that together come nearest to what a model remembers.
 *
 * <p>One after the other, each time the one that brings the set nearest (as kernel herding does: Chen, Welling and Smola 2010, arXiv
 * 1203.3472, here with the set's two moments), then each is exchanged for a better one while there is one.
 */
final class SelectPictures {

    private static final int EXCHANGES = 2;

    private SelectPictures() {}

    /** The indices of {@code count} of the pictures, in the order they were chosen; all of them where there are no more. */
    static List<Integer> select(Moments moments, int count) {
        int pictures = moments.pictures();
        boolean[] taken = new boolean[pictures];
        Moments.Sum sum = moments.new Sum();
        List<Integer> chosen = new ArrayList<>();
        while (chosen.size() < Math.min(count, pictures)) {
            int best = nearest(sum, taken, -1);
            taken[best] = true;
            sum.add(best, 1);
            chosen.add(best);
        }
        for (int round = 0; round < EXCHANGES; round++) {
            for (int i = 0; i < chosen.size() && chosen.size() < pictures; i++) {
                int old = chosen.get(i);
                int best = nearest(sum, taken, old);
                if (sum.distance(best, old) < sum.distance() - 1e-12) {
                    taken[old] = false;
                    taken[best] = true;
                    sum.add(old, -1);
                    sum.add(best, 1);
                    chosen.set(i, best);
                }
            }
        }
        return chosen;
    }

    private static int nearest(Moments.Sum sum, boolean[] taken, int out) {
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < taken.length; i++) {
            if (!taken[i]) {
                double distance = sum.distance(i, out);
                if (best < 0 || distance < least) {
                    least = distance;
                    best = i;
                }
            }
        }
        return best;
    }
}
