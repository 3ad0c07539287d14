package dev.octet.engine.search.comparison;

import dev.octet.engine.evaluate.Scorer;
import dev.octet.engine.evaluate.SignalNoise;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.search.comparison.Comparison.Cell;
import dev.octet.engine.search.comparison.Comparison.ClassScore;
import dev.octet.engine.search.comparison.Comparison.ClassScores;
import dev.octet.engine.search.comparison.Comparison.Difference;
import dev.octet.engine.search.comparison.Comparison.Form;
import dev.octet.engine.search.comparison.Comparison.NonFinite;
import dev.octet.engine.search.comparison.Comparison.Output;
import dev.octet.engine.search.comparison.Comparison.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Holds one output of both models against each other. */
final class CompareOutputs {

    /** Values told one by one. */
    static final int MOST_VALUES = 32;

    /** Parts that longer outputs are told in. */
    static final int CELLS = 64;

    /** Classes taken from each model. */
    static final int TOP = 5;

    private static final double NEAR_ONE = 1e-3;

    private final String name;
    private final ElementType type;
    private final List<Long> shape;
    private final List<Long> int8Shape;

    CompareOutputs(String name, ElementType type, List<Long> shape, List<Long> int8Shape) {
        this.name = name;
        this.type = type;
        this.shape = shape;
        this.int8Shape = int8Shape;
    }

    /** What is to be said of {@code fp32} and {@code int8}, row-major in their shapes. */
    Output compare(float[] fp32, float[] int8) {
        NonFinite nonFinite = new NonFinite(nonFinite(fp32), nonFinite(int8));
        boolean finite = nonFinite.fp32() + nonFinite.int8() == 0;
        boolean alike = shape.equals(int8Shape);
        Form form = form(fp32);
        boolean classes = form == Form.SCORES || form == Form.SHARES;
        Boolean agree = switch (form) {
            case SCORES, SHARES -> alike && finite && Scorer.largest(fp32) == Scorer.largest(int8);
            case INDICES -> alike && Arrays.equals(fp32, int8);
            case NUMBERS -> alike ? null : Boolean.FALSE;
        };
        boolean measurable = alike && finite;
        return new Output(
                name,
                type,
                shape,
                int8Shape,
                fp32.length,
                form,
                agree,
                classes && measurable ? classes(fp32, int8, form) : List.of(),
                new Values(first(fp32, finite), first(int8, finite)),
                alike && fp32.length > MOST_VALUES ? cells(fp32, int8) : List.of(),
                measurable ? SignalNoise.cosine(fp32, int8) : null,
                measurable ? sqnrDb(fp32, int8) : null,
                alike ? largestDifference(fp32, int8) : null,
                nonFinite);
    }

    private static long nonFinite(float[] values) {
        long count = 0;
        for (float value : values) {
            count += Float.isFinite(value) ? 0 : 1;
        }
        return count;
    }

    /** Class scores are a row of several numbers, and not one of length 1, as an embedding is. */
    private Form form(float[] values) {
        if (!type.isFloatingPoint()) {
            return Form.INDICES;
        }
        boolean row = shape.size() == 2 && shape.getFirst() == 1 && values.length > 1;
        if (!row) {
            return Form.NUMBERS;
        }
        double sum = 0;
        double squares = 0;
        boolean positive = true;
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
            positive &= value >= 0;
        }
        if (positive && Math.abs(sum - 1) < NEAR_ONE) {
            return Form.SHARES;
        }
        return Math.abs(Math.sqrt(squares) - 1) < NEAR_ONE ? Form.NUMBERS : Form.SCORES;
    }

    private static List<ClassScores> classes(float[] fp32, float[] int8, Form form) {
        double[] shares = form == Form.SHARES ? asShares(fp32) : softmax(fp32);
        double[] int8Shares = form == Form.SHARES ? asShares(int8) : softmax(int8);
        return Stream.of(top(fp32), top(int8))
                .flatMap(List::stream)
                .distinct()
                .sorted(Comparator.comparingDouble(c -> -fp32[c]))
                .map(c -> new ClassScores(
                        c, new ClassScore(fp32[c], (float) shares[c]), new ClassScore(int8[c], (float) int8Shares[c])))
                .toList();
    }

    /** The {@value #TOP} largest, the largest first; of equal ones the first. */
    private static List<Integer> top(float[] values) {
        List<Integer> top = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            int at = top.size();
            while (at > 0 && values[top.get(at - 1)] < values[i]) {
                at--;
            }
            if (at < TOP) {
                top.add(at, i);
            }
            if (top.size() > TOP) {
                top.removeLast();
            }
        }
        return top;
    }

    private static double[] asShares(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    private static double[] softmax(float[] values) {
        double most = values[Scorer.largest(values)];
        double[] shares = new double[values.length];
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            shares[i] = Math.exp(values[i] - most);
            sum += shares[i];
        }
        for (int i = 0; i < values.length; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    private static List<Float> first(float[] values, boolean finite) {
        return finite
                ? IntStream.range(0, Math.min(MOST_VALUES, values.length))
                        .mapToObj(i -> values[i])
                        .toList()
                : List.of();
    }

    private static List<Cell> cells(float[] fp32, float[] int8) {
        int parts = Math.min(CELLS, fp32.length);
        List<Cell> cells = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            int from = (int) ((long) fp32.length * part / parts);
            int to = (int) ((long) fp32.length * (part + 1) / parts);
            double exact = 0;
            double quantized = 0;
            double difference = 0;
            for (int i = from; i < to; i++) {
                double x = Float.isFinite(fp32[i]) ? fp32[i] : 0;
                double y = Float.isFinite(int8[i]) ? int8[i] : 0;
                exact += x;
                quantized += y;
                difference = Math.max(difference, Math.abs(x - y));
            }
            int count = to - from;
            cells.add(new Cell(from, count, (float) (exact / count), (float) (quantized / count), (float) difference));
        }
        return cells;
    }

    private static double sqnrDb(float[] fp32, float[] int8) {
        SignalNoise noise = new SignalNoise();
        noise.add(fp32, int8);
        return noise.sqnrDb();
    }

    private @Nullable Difference largestDifference(float[] fp32, float[] int8) {
        int worst = -1;
        double most = -1;
        for (int i = 0; i < fp32.length; i++) {
            double difference = Math.abs((double) fp32[i] - int8[i]);
            if (Double.isFinite(difference) && difference > most) {
                worst = i;
                most = difference;
            }
        }
        return worst < 0 ? null : new Difference((float) most, index(worst), fp32[worst], int8[worst]);
    }

    /** Position {@code flat} of the row-major values, one number an axis. */
    private List<Long> index(long flat) {
        List<Long> index = new ArrayList<>();
        long rest = flat;
        for (long size : shape.reversed()) {
            index.addFirst(rest % size);
            rest /= size;
        }
        return index;
    }
}
