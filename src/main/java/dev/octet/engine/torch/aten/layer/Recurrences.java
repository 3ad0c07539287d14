package dev.octet.engine.torch.aten.layer;

import dev.octet.engine.torch.aten.layer.Projections.Weights;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import dev.octet.engine.torch.lower.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** LSTM, GRU and plain recurrent networks of any number of layers, in one direction or both. */
public final class Recurrences {

    /** ONNX's gate at each place, by PyTorch's number of it: i, f, g, o become i, o, f, c; r, z, n become z, r, h. */
    private static final List<Integer> LSTM_GATES = List.of(0, 3, 1, 2);

    private static final List<Integer> GRU_GATES = List.of(1, 0, 2);

    private final Call call;
    private final String op;
    private final List<Integer> gates;
    private final int directions;
    private final List<Operand> weights;
    private final boolean biases;

    private Recurrences(Call call, String op, List<Integer> gates) {
        this.call = call;
        this.op = op;
        this.gates = gates;
        this.directions = call.flag("bidirectional", false) ? 2 : 1;
        this.weights = call.tensors("params");
        this.biases = call.flag("has_biases", true);
    }

    public static void addTo(Operators operators) {
        operators
                .add("lstm.input", call -> new Recurrences(call, "LSTM", LSTM_GATES).lower(null))
                .add("gru.input", call -> new Recurrences(call, "GRU", GRU_GATES).lower(null))
                .add("rnn_tanh.input", call -> new Recurrences(call, "RNN", List.of(0)).lower("Tanh"))
                .add("rnn_relu.input", call -> new Recurrences(call, "RNN", List.of(0)).lower("Relu"));
    }

    private void lower(@Nullable String activation) {
        call.ignore("dropout");
        if (call.flag("train", false)) {
            throw call.refuse("the model is in training mode; call model.eval() before torch.export.export");
        }
        int layers = (int) call.integer("num_layers");
        int plain = biases ? 4 : 2;
        boolean projects = op.equals("LSTM") && weights.size() == (long) layers * directions * (plain + 1);
        int perLayer = directions * (projects ? plain + 1 : plain);
        Operand input = call.tensor("input");
        if (weights.size() != (long) layers * perLayer || input.rank() != 3) {
            throw call.refuse("an input without a batch, or " + weights.size() + " weights for " + layers + " layers");
        }
        List<Operand> states = op.equals("LSTM") ? call.tensors("hx") : List.of(call.tensor("hx"));
        List<List<String>> initial = new ArrayList<>();
        states.forEach(state -> initial.add(parts(state, layers)));
        List<List<String>> last = new ArrayList<>();
        states.forEach(_ -> last.add(new ArrayList<>()));
        boolean batchFirst = call.flag("batch_first", false);
        String x = batchFirst ? turned(input.value()) : input.value();
        for (int layer = 0; layer < layers; layer++) {
            List<Operand> own = weights.subList(layer * perLayer, (layer + 1) * perLayer);
            List<String> first = new ArrayList<>();
            for (List<String> state : initial) {
                first.add(state.get(layer));
            }
            Weights of = new Weights(each(own, 0), each(own, 1), "");
            if (projects) {
                Projections projections = new Projections(call, each(own, perLayer / directions - 1), input.type());
                long steps = input.size(batchFirst ? 1 : 0);
                String given = call.isZero(states.getFirst()) ? "" : first.getFirst();
                of = projections.weights(of.input(), of.recurrent(), own.get(1).size(1), given);
                x = projections.fed(x, given, steps);
                first.set(0, "");
            }
            List<String> in = new ArrayList<>(List.of(x, joined(of.input()), joined(of.recurrent()), bias(own), ""));
            in.addAll(first);
            long hidden = projects
                    ? own.get(perLayer / directions - 1).size(1)
                    : own.get(1).size(1);
            Step step = call.op(op, in)
                    .with("hidden_size", hidden)
                    .with("direction", directions == 2 ? "bidirectional" : "forward");
            if (op.equals("GRU")) {
                step.with("linear_before_reset", 1);
            }
            if (activation != null && !activation.equals("Tanh")) {
                step.withTexts("activations", java.util.Collections.nCopies(directions, activation));
            }
            List<String> out = new ArrayList<>(step.outs(1 + states.size()));
            if (!of.projection().isEmpty()) {
                out.set(0, call.op("MatMul", out.get(0), of.projection()).out());
                out.set(1, call.op("MatMul", out.get(1), of.projection()).out());
            }
            x = flattened(out.getFirst());
            for (int i = 0; i < states.size(); i++) {
                last.get(i).add(out.get(i + 1));
            }
        }
        List<String> results = new ArrayList<>();
        results.add(batchFirst ? turned(x) : x);
        last.forEach(parts -> results.add(
                parts.size() == 1
                        ? parts.getFirst()
                        : call.op("Concat", parts).with("axis", 0).out()));
        call.give(results);
    }

    private List<String> parts(Operand state, int layers) {
        return layers == 1
                ? List.of(state.value())
                : call.op("Split", state.value())
                        .with("axis", 0)
                        .with("num_outputs", layers)
                        .outs(layers);
    }

    private String turned(String value) {
        return call.op("Transpose", value).with("perm", List.of(1L, 0L, 2L)).out();
    }

    /** [time, direction, batch, hidden] as [time, batch, direction · hidden]. */
    private String flattened(String y) {
        if (directions == 1) {
            return call.op("Squeeze", y, call.longs(1)).out();
        }
        String turned =
                call.op("Transpose", y).with("perm", List.of(0L, 2L, 1L, 3L)).out();
        return call.op("Reshape", turned, call.longs(0, 0, -1)).out();
    }

    /** The {@code which}-th weights of each direction. */
    private List<String> each(List<Operand> own, int which) {
        int perDirection = own.size() / directions;
        return IntStream.range(0, directions)
                .mapToObj(d -> own.get(d * perDirection + which).value())
                .toList();
    }

    /** Weights of each direction behind each other: [direction, gates · hidden, …]. */
    private String joined(List<String> weights) {
        return stacked(weights.stream().map(this::reordered).toList());
    }

    private String stacked(List<String> values) {
        List<String> each = values.stream()
                .map(value -> call.op("Unsqueeze", value, call.longs(0)).out())
                .toList();
        return each.size() == 1
                ? each.getFirst()
                : call.op("Concat", each).with("axis", 0).out();
    }

    private String bias(List<Operand> own) {
        if (!biases) {
            return "";
        }
        List<String> ofInput = each(own, 2);
        List<String> ofState = each(own, 3);
        return stacked(IntStream.range(0, directions)
                .mapToObj(d -> call.op("Concat", reordered(ofInput.get(d)), reordered(ofState.get(d)))
                        .with("axis", 0)
                        .out())
                .toList());
    }

    private String reordered(String weight) {
        if (gates.size() == 1) {
            return weight;
        }
        List<String> parts = call.op("Split", weight)
                .with("axis", 0)
                .with("num_outputs", gates.size())
                .outs(gates.size());
        return call.op("Concat", gates.stream().map(parts::get).toList())
                .with("axis", 0)
                .out();
    }
}
