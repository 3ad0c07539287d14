package dev.octet.engine.evaluate.statistic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Mean average precision of detections, as COCO has it: AP at overlaps of .50 to .95 in steps of .05.
 *
 * <p>Lin et al. 2014, "Microsoft COCO: Common Objects in Context" (arXiv 1405.0312). In each sample and class, detections in falling
 * order of score each take the true box that they overlap most of those not yet taken, if by at least the threshold. Precision at a
 * recall is the largest at that recall or beyond; AP is its mean at recalls 0, .01, ..., 1; the mean goes over thresholds and the
 * classes that have true boxes. A label is rows of {@value #LABEL_WIDTH} numbers: class, x1, y1, x2, y2; class -1 is padding.
 */
public final class MeanAveragePrecision implements SampleStatistic {

    /** Numbers a true box: class, x1, y1, x2, y2. */
    public static final int LABEL_WIDTH = 5;

    private static final int THRESHOLDS = 10;
    private static final int RECALLS = 101;

    private final TrueAnswers labels;
    private final int width;
    private final Map<Integer, List<Found>> found = new TreeMap<>();
    private final Map<Integer, Map<Integer, Integer>> truths = new TreeMap<>();
    private int samples;
    private boolean sorted = true;

    /**
     * A detection.
     *
     * @param hits bit t is set where it finds a true box at threshold t
     */
    private record Found(int sample, float score, int hits) {}

    /**
     * Against {@code labels}.
     *
     * @param width numbers in a label, a multiple of {@value #LABEL_WIDTH}
     */
    public MeanAveragePrecision(TrueAnswers labels, int width) {
        this.labels = labels;
        this.width = width;
    }

    /** Takes in detections as {@link Detections} gives them. */
    @Override
    public void add(float[] answer) {
        Map<Integer, List<float[]>> boxes = new TreeMap<>();
        for (int k = 0; k < width; k += LABEL_WIDTH) {
            int c = (int) labels.get(samples, k);
            if (c >= 0) {
                float[] box = new float[4];
                for (int j = 0; j < 4; j++) {
                    box[j] = (float) labels.get(samples, k + 1 + j);
                }
                boxes.computeIfAbsent(c, _ -> new ArrayList<>()).add(box);
            }
        }
        boxes.forEach(
                (c, list) -> truths.computeIfAbsent(c, _ -> new TreeMap<>()).put(samples, list.size()));
        Map<Integer, boolean[][]> taken = new TreeMap<>();
        for (int d = 0; d < answer.length; d += Detections.WIDTH) {
            int c = (int) answer[d + 5];
            List<float[]> wanted = boxes.getOrDefault(c, List.of());
            boolean[][] used = taken.computeIfAbsent(c, _ -> new boolean[THRESHOLDS][wanted.size()]);
            int hits = 0;
            for (int t = 0; t < THRESHOLDS; t++) {
                int best = -1;
                double most = Math.min(0.5 + 0.05 * t, 1 - 1e-10) - 1e-9;
                for (int g = 0; g < wanted.size(); g++) {
                    double overlap = used[t][g] ? 0 : Detections.overlap(wanted.get(g), 0, answer, d);
                    if (overlap >= most) {
                        most = overlap;
                        best = g;
                    }
                }
                if (best >= 0) {
                    used[t][best] = true;
                    hits |= 1 << t;
                }
            }
            found.computeIfAbsent(c, _ -> new ArrayList<>()).add(new Found(samples, answer[d + 4], hits));
        }
        samples++;
        sorted = false;
    }

    @Override
    public double value(int[] times) {
        return mean(times, THRESHOLDS);
    }

    /** AP50: the same at the overlap of .50 alone, all samples once. */
    public double atHalfOverlap() {
        int[] once = new int[samples];
        Arrays.fill(once, 1);
        return mean(once, 1);
    }

    /** Over classes and the first so many thresholds. */
    private double mean(int[] times, int thresholds) {
        if (!sorted) {
            found.values().forEach(list -> list.sort(Comparator.comparingDouble(each -> -each.score())));
            sorted = true;
        }
        double sum = 0;
        int classes = 0;
        for (Map.Entry<Integer, Map<Integer, Integer>> truth : truths.entrySet()) {
            long wanted = 0;
            for (Map.Entry<Integer, Integer> each : truth.getValue().entrySet()) {
                wanted += (long) times[each.getKey()] * each.getValue();
            }
            if (wanted > 0) {
                List<Found> list = found.getOrDefault(truth.getKey(), List.of());
                for (int t = 0; t < thresholds; t++) {
                    sum += averagePrecision(list, 1 << t, wanted, times) / thresholds;
                }
                classes++;
            }
        }
        return classes == 0 ? 0 : sum / classes;
    }

    private static double averagePrecision(List<Found> list, int threshold, long wanted, int[] times) {
        double[] precisions = new double[RECALLS];
        long hits = 0;
        long all = 0;
        int reached = 0;
        for (Found each : list) {
            int weight = times[each.sample()];
            all += weight;
            if (weight > 0 && (each.hits() & threshold) != 0) {
                hits += weight;
                // This precision holds for every recall up to here that no better one holds for.
                reached = (int) (100 * hits / wanted);
                precisions[reached] = Math.max(precisions[reached], hits / (double) all);
            }
        }
        double sum = 0;
        double best = 0;
        for (int r = reached; r >= 0; r--) {
            best = Math.max(best, precisions[r]);
            sum += best;
        }
        return sum / RECALLS;
    }
}
