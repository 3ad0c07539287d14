package dev.octet.engine.evaluate.statistic;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToDoubleFunction;

/**
 * F1 of the class with the largest score.
 *
 * <p>Of one class F1 = 2 TP / (2 TP + FP + FN). With two scores a sample it is that of class 1; with more, the mean over the classes that
 * occur among labels or answers (macro average). Of equal scores the one of lower index counts as larger. A model that answers nothing
 * of a class and misses nothing of it is not counted; where nothing counts, F1 is 0.
 */
public final class F1 implements SampleStatistic {

    private final LongToDoubleFunction labels;
    private final List<int[]> seen = new ArrayList<>();
    private int classes;

    /** Against class indices by sample. */
    public F1(LongToDoubleFunction labels) {
        this.labels = labels;
    }

    @Override
    public void add(float[] answer) {
        int sample = seen.size();
        double label = labels.applyAsDouble(sample);
        if (answer.length < 2 || label != Math.rint(label) || label < 0 || label >= answer.length) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    answer.length < 2
                            ? "F1 needs a score for each of two or more classes, but the first output has "
                                    + answer.length
                            : "label " + label + " of sample " + sample + " is not a class index: the first output has "
                                    + answer.length + " scores");
        }
        int best = 0;
        for (int i = 1; i < answer.length; i++) {
            best = answer[i] > answer[best] ? i : best;
        }
        classes = Math.max(classes, answer.length);
        // An answer that is not finite is none of the classes.
        seen.add(new int[] {(int) label, Float.isFinite(answer[best]) ? best : -1});
    }

    @Override
    public double value(int[] times) {
        long[] hits = new long[classes];
        long[] others = new long[classes];
        for (int i = 0; i < times.length; i++) {
            int label = seen.get(i)[0];
            int answer = seen.get(i)[1];
            if (label == answer) {
                hits[label] += times[i];
            } else {
                others[label] += times[i];
                if (answer >= 0) {
                    others[answer] += times[i];
                }
            }
        }
        double sum = 0;
        int counted = 0;
        for (int c = classes == 2 ? 1 : 0; c < classes; c++) {
            long all = 2 * hits[c] + others[c];
            if (all > 0) {
                sum += 2.0 * hits[c] / all;
                counted++;
            }
        }
        return counted == 0 ? 0 : sum / counted;
    }
}
