package dev.octet.engine.search.synthesis;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Lets pictures vary and keeps those that together come nearest to what a model remembers.
 *
 * <p>Without gradients: each round lays something over or takes something away from pictures that were chosen, shows the new ones to
 * the model, and chooses again from all. What survives is judged as a set, by {@link SelectPictures}.
 */
final class Evolution {

    private final Gallery gallery;
    private final Light light;
    private final int size;
    private final SplittableRandom random;
    private List<Picture> pool;
    private Moments moments;
    private List<Integer> chosen;

    /** Starts from the best {@code size} of {@code pool}. */
    Evolution(Gallery gallery, Light light, List<Picture> pool, int size, SplittableRandom random) {
        this.gallery = gallery;
        this.light = light;
        this.pool = pool;
        this.size = size;
        this.random = random;
        this.moments = gallery.show(pool, light);
        this.chosen = SelectPictures.select(moments, size);
    }

    /** One round with {@code count} new pictures. */
    void round(int count) {
        List<Picture> varied = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            varied.add(pool.get(chosen.get(random.nextInt(chosen.size()))).varied(random));
        }
        Moments more = gallery.show(varied, light);
        Moments joined = new Moments(gallery.norms(), chosen.size() + count);
        for (int i = 0; i < chosen.size(); i++) {
            joined.copy(i, moments, chosen.get(i));
        }
        for (int i = 0; i < count; i++) {
            joined.copy(chosen.size() + i, more, i);
        }
        List<Picture> all = new ArrayList<>(chosen());
        all.addAll(varied);
        pool = all;
        moments = joined;
        chosen = SelectPictures.select(moments, size);
    }

    /** The pictures chosen last. */
    List<Picture> chosen() {
        return chosen.stream().map(pool::get).toList();
    }

    /** What the model makes of them. */
    Moments.Sum sum() {
        Moments.Sum sum = moments.new Sum();
        chosen.forEach(index -> sum.add(index, 1));
        return sum;
    }
}
