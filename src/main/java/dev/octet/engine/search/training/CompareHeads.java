package dev.octet.engine.search.training;

import dev.octet.engine.search.training.FindAnswers.Found;
import dev.octet.engine.train.task.Answer.Scores;
import java.util.List;

/**
 * How far apart two runs' boxes and scores are, as training tells it.
 *
 * <p>The same distances as {@code train.learn.Distance}, but on what the files answer.
 */
final class CompareHeads {

    private static final int BOX = 4;
    private static final double LEAST_SHARE = 1e-6;
    private static final double SMALLEST = 1e-12;
    private static final double SMALLEST_SIDE = 1e-3;

    private final Found boxes;
    private final Found scores;
    private final Scores form;

    /** The heads that {@link FindHeads} found. */
    CompareHeads(Found boxes, Found scores, Scores form) {
        this.boxes = boxes;
        this.scores = scores;
        this.form = form;
    }

    /** Some numbers of each anchor. */
    private final class Part {
        private final Numbers numbers;
        private final int from;
        private final int width;

        Part(Numbers numbers, int from) {
            this.numbers = numbers;
            this.from = from;
            this.width = numbers.dim(form.axis()) - from;
        }

        int anchors() {
            return numbers.values().length / numbers.dim(form.axis());
        }

        float get(int anchor, int k) {
            int all = numbers.dim(form.axis());
            int inner = numbers.dim(3 - form.axis());
            return form.axis() == 2
                    ? numbers.values()[anchor * all + from + k]
                    : numbers.values()[(anchor / inner * all + from + k) * inner + anchor % inner];
        }
    }

    private Part boxes(List<Numbers> run) {
        return new Part(run.get(boxes.output()), 0);
    }

    private Part scores(List<Numbers> run) {
        return new Part(run.get(scores.output()), boxes.output() == scores.output() ? BOX : 0);
    }

    /** The mean of both. */
    double distance(List<List<Numbers>> exact, List<List<Numbers>> quantized) {
        double moved = 0;
        double weights = SMALLEST;
        double divergence = 0;
        double shares = SMALLEST;
        for (int i = 0; i < exact.size(); i++) {
            Part one = boxes(exact.get(i));
            Part other = boxes(quantized.get(i));
            Part sure = scores(exact.get(i));
            Part less = scores(quantized.get(i));
            for (int a = 0; a < one.anchors(); a++) {
                double best = 0;
                for (int c = 0; c < sure.width; c++) {
                    divergence += divergence(sure.get(a, c), less.get(a, c));
                    shares += sure.get(a, c);
                    best = Math.max(best, sure.get(a, c));
                }
                weights += best * best;
                moved += best * best * moved(one, other, a);
            }
        }
        return (moved / weights + divergence / shares) / 2;
    }

    private double moved(Part one, Part other, int anchor) {
        double sum = 0;
        for (int k = 0; k < BOX; k++) {
            int side = k % 2;
            double size = one.get(anchor, 2 + side) - (form.corners() ? one.get(anchor, side) : 0);
            sum += Math.abs(one.get(anchor, k) - other.get(anchor, k)) / Math.max(SMALLEST_SIDE, Math.abs(size));
        }
        return sum;
    }

    private static double divergence(double exact, double quantized) {
        double p = Math.clamp(exact, LEAST_SHARE, 1 - LEAST_SHARE);
        double q = Math.clamp(quantized, LEAST_SHARE, 1 - LEAST_SHARE);
        return p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
    }
}
