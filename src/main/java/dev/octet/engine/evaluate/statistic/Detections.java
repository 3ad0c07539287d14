package dev.octet.engine.evaluate.statistic;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads a detector's outputs for one sample as boxes with score and class.
 *
 * <p>Understood, in this order:
 *
 * <ul>
 *   <li>one output [batch, boxes, 6]: x1, y1, x2, y2, score, class; taken as they are
 *   <li>outputs [batch, boxes, 4] of corners x1, y1, x2, y2 and [batch, boxes, classes] of scores in [0, 1], in any order; then
 *       suppressed
 *   <li>one output [batch, 4 + classes, anchors] with more anchors than rows: middle x, middle y, width, height, then scores in [0, 1] of
 *       the classes (YOLOv8 and later); then suppressed
 * </ul>
 *
 * <p>Suppression: of each class, boxes in falling order of score, each dropped that overlaps a kept one by more than
 * {@value #OVERLAP}. Scores of at most {@value #LEAST_SCORE} and numbers that are not finite are no detection. The {@value #MOST} of
 * highest score stay.
 */
public final class Detections {

    /** Numbers a detection: x1, y1, x2, y2, score, class. */
    static final int WIDTH = 6;

    private static final int MOST = 100;
    private static final int MOST_CANDIDATES = 3000;
    private static final float LEAST_SCORE = 0.001f;
    private static final float OVERLAP = 0.7f;

    private Detections() {}

    /** One sample's part of one output. */
    public static final class Part {
        private final List<Long> shape;
        private final float[] values;

        /**
         * A part.
         *
         * @param shape dimensions without the batch
         * @param values row-major
         */
        public Part(List<Long> shape, float[] values) {
            this.shape = List.copyOf(shape);
            this.values = values;
        }

        private boolean is(int rank, int lastSize) {
            return shape.size() == rank && shape.getLast() == lastSize;
        }

        private int dim(int axis) {
            return Math.toIntExact(shape.get(axis));
        }

        private boolean scores(Part boxes) {
            return shape.size() == 2 && shape.getFirst().equals(boxes.shape.getFirst());
        }
    }

    /**
     * The detections in {@code outputs}, {@value #WIDTH} numbers each, in falling order of score.
     *
     * @throws EngineException MODEL_UNSUPPORTED where the outputs are of none of the known forms
     */
    public static float[] of(List<Part> outputs) {
        List<float[]> found = new ArrayList<>();
        Part first = outputs.getFirst();
        if (outputs.size() == 1 && first.is(2, WIDTH)) {
            for (int i = 0; i < first.dim(0); i++) {
                add(found, Arrays.copyOfRange(first.values, WIDTH * i, WIDTH * (i + 1)));
            }
            return flat(sorted(found));
        }
        Part boxes = outputs.stream().filter(part -> part.is(2, 4)).findFirst().orElse(null);
        if (outputs.size() > 1 && boxes != null) {
            int at = outputs.indexOf(boxes);
            Part scores = IntStream.range(0, outputs.size())
                    .filter(i -> i != at && outputs.get(i).scores(boxes))
                    .mapToObj(outputs::get)
                    .findFirst()
                    .orElseThrow(() -> unknown(outputs));
            int classes = scores.dim(1);
            for (int i = 0; i < boxes.dim(0); i++) {
                for (int c = 0; c < classes; c++) {
                    float[] box = Arrays.copyOfRange(boxes.values, 4 * i, 4 * i + WIDTH);
                    box[4] = scores.values[i * classes + c];
                    box[5] = c;
                    add(found, box);
                }
            }
            return flat(suppressed(sorted(found)));
        }
        if (outputs.size() == 1 && first.shape.size() == 2 && first.dim(0) > 4 && first.dim(1) > first.dim(0)) {
            anchors(first, found);
            return flat(suppressed(sorted(found)));
        }
        throw unknown(outputs);
    }

    private static void anchors(Part output, List<float[]> found) {
        int rows = output.dim(0);
        int anchors = output.dim(1);
        float[] values = output.values;
        for (int a = 0; a < anchors; a++) {
            float x = values[a];
            float y = values[anchors + a];
            float width = values[2 * anchors + a] / 2;
            float height = values[3 * anchors + a] / 2;
            for (int c = 4; c < rows; c++) {
                float score = values[c * anchors + a];
                add(found, new float[] {x - width, y - height, x + width, y + height, score, c - 4});
            }
        }
    }

    private static void add(List<float[]> found, float[] detection) {
        boolean finite = true;
        for (float value : detection) {
            finite &= Float.isFinite(value);
        }
        if (finite && detection[4] > LEAST_SCORE) {
            found.add(detection);
        }
    }

    private static List<float[]> sorted(List<float[]> found) {
        found.sort(Comparator.comparingDouble(detection -> -detection[4]));
        return found;
    }

    private static List<float[]> suppressed(List<float[]> found) {
        List<float[]> kept = new ArrayList<>();
        for (float[] detection : found.subList(0, Math.min(found.size(), MOST_CANDIDATES))) {
            boolean overlaps = kept.stream()
                    .anyMatch(other -> other[5] == detection[5] && overlap(other, 0, detection, 0) > OVERLAP);
            if (!overlaps) {
                kept.add(detection);
            }
        }
        return kept;
    }

    /** Intersection over union of two boxes of corners. */
    static double overlap(float[] one, int i, float[] other, int j) {
        double width = Math.min(one[i + 2], other[j + 2]) - Math.max(one[i], other[j]);
        double height = Math.min(one[i + 3], other[j + 3]) - Math.max(one[i + 1], other[j + 1]);
        double shared = Math.max(0, width) * Math.max(0, height);
        double all = area(one, i) + area(other, j) - shared;
        return all <= 0 ? 0 : shared / all;
    }

    private static double area(float[] box, int i) {
        return Math.max(0, (double) box[i + 2] - box[i]) * Math.max(0, (double) box[i + 3] - box[i + 1]);
    }

    private static float[] flat(List<float[]> detections) {
        int count = Math.min(MOST, detections.size());
        float[] flat = new float[WIDTH * count];
        for (int i = 0; i < count; i++) {
            System.arraycopy(detections.get(i), 0, flat, WIDTH * i, WIDTH);
        }
        return flat;
    }

    private static EngineException unknown(List<Part> outputs) {
        return new EngineException(
                Fault.MODEL_UNSUPPORTED,
                "The model's outputs "
                        + outputs.stream().map(part -> part.shape).toList()
                        + " (without the batch) are not known as detections: [boxes, 6] of x1, y1, x2, y2, score,"
                        + " class; [boxes, 4] beside [boxes, classes]; or [4 + classes, anchors].");
    }
}
