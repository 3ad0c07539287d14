package dev.octet.engine.torch.aten.layer;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.lower.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An LSTM whose state is projected before it goes round, as one without (Sak et al., Long Short-Term Memory Based Recurrent Neural
 * Network Architectures for Large Vocabulary Speech Recognition, 2014, arXiv 1402.1128).
 *
 * <p>With projection P the gates see W·x + R·(P·h): what goes round is h itself, with recurrent weights R·P, and P is applied to the
 * results. A state that is given is projected already: it is fed as further features of the first step, weighted by R.
 */
final class Projections {

    /**
     * Weights as an LSTM without projections takes them, each a direction.
     *
     * @param projection what its results are multiplied with; empty for none
     */
    record Weights(List<String> input, List<String> recurrent, String projection) {}

    private final Call call;
    private final List<String> projections;
    private final ElementType type;

    /** @param projections P of each direction, [projected, hidden] */
    Projections(Call call, List<String> projections, ElementType type) {
        this.call = call;
        this.projections = projections;
        this.type = type;
    }

    /**
     * The weights to take.
     *
     * @param projected features of the projected state
     * @param state the state that is given, empty for zeros
     */
    Weights weights(List<String> input, List<String> recurrent, long projected, String state) {
        List<String> fed = new ArrayList<>();
        List<String> round = new ArrayList<>();
        for (int d = 0; d < projections.size(); d++) {
            round.add(call.op("MatMul", recurrent.get(d), projections.get(d)).out());
            fed.add(state.isEmpty() ? input.get(d) : widened(input.get(d), recurrent.get(d), d, projected));
        }
        return new Weights(fed, round, projection());
    }

    /** The input's weights, with those of the state at the features of direction {@code d}. */
    private String widened(String input, String recurrent, int d, long projected) {
        if (projections.size() == 1) {
            return call.op("Concat", input, recurrent).with("axis", 1).out();
        }
        List<Long> pads = d == 0 ? List.of(0L, 0L, 0L, projected) : List.of(0L, projected, 0L, 0L);
        String apart = call.op("Pad", recurrent, call.longs(pads), call.filled(0, type))
                .out();
        return call.op("Concat", input, apart).with("axis", 1).out();
    }

    /** From hidden to projected features: [hidden, projected], or [direction, hidden, projected] for two. */
    private String projection() {
        List<String> turned = projections.stream()
                .map(p -> call.op("Transpose", p).with("perm", List.of(1L, 0L)).out())
                .toList();
        if (turned.size() == 1) {
            return turned.getFirst();
        }
        List<String> each = turned.stream()
                .map(p -> call.op("Unsqueeze", p, call.longs(0)).out())
                .toList();
        return call.op("Concat", each).with("axis", 0).out();
    }

    /**
     * What is fed: {@code x}, [time, batch, features], with the state at the step where each direction begins.
     *
     * @param state [direction, batch, projected], empty for zeros
     * @param steps how many steps there are
     */
    String fed(String x, String state, long steps) {
        if (state.isEmpty()) {
            return x;
        }
        if (steps < 1) {
            throw call.refuse("projections of a state that is given, over as many steps as depend on the inputs");
        }
        int directions = projections.size();
        List<String> states = directions == 1
                ? List.of(state)
                : call.op("Split", state)
                        .with("axis", 0)
                        .with("num_outputs", directions)
                        .outs(directions);
        List<String> parts = new ArrayList<>(List.of(x));
        IntStream.range(0, directions).forEach(d -> {
            List<Long> pads = d == 0 ? List.of(0L, 0L, 0L, steps - 1, 0L, 0L) : List.of(steps - 1, 0L, 0L, 0L, 0L, 0L);
            parts.add(call.op("Pad", states.get(d), call.longs(pads), call.filled(0, type))
                    .out());
        });
        return call.op("Concat", parts).with("axis", 2).out();
    }
}
