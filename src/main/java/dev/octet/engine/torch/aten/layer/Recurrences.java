package dev.octet.engine.torch.aten.layer;

import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import dev.octet.engine.torch.lower.Step;
import java.util.ArrayList;
import java.util.List;
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
        int perLayer = directions * (biases ? 4 : 2);
        Operand input = call.tensor("input");
        if (weights.size() != (long) layers * perLayer || input.rank() != 3) {
            throw call.refuse("projections, or an input without a batch");
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
            List<String> in = new ArrayList<>(List.of(x, joined(own, 0), joined(own, 1), bias(own), ""));
            for (List<String> state : initial) {
                in.add(state.get(layer));
            }
            Step step = call.op(op, in)
                    .with("hidden_size", own.get(1).size(1))
                    .with("direction", directions == 2 ? "bidirectional" : "forward");
            if (op.equals("GRU")) {
                step.with("linear_before_reset", 1);
            }
            if (activation != null && !activation.equals("Tanh")) {
                step.withTexts("activations", java.util.Collections.nCopies(directions, activation));
            }
            List<String> out = step.outs(1 + states.size());
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

    /** The {@code which}-th weights of each direction under each other: [direction, gates · hidden, …]. */
    private String joined(List<Operand> own, int which) {
        List<String> each = new ArrayList<>();
        int perDirection = own.size() / directions;
        for (int d = 0; d < directions; d++) {
            each.add(call.op("Unsqueeze", reordered(own.get(d * perDirection + which)), call.longs(0))
                    .out());
        }
        return directions == 1
                ? each.getFirst()
                : call.op("Concat", each).with("axis", 0).out();
    }

    private String bias(List<Operand> own) {
        if (!biases) {
            return "";
        }
        List<String> each = new ArrayList<>();
        for (int d = 0; d < directions; d++) {
            String both = call.op("Concat", reordered(own.get(d * 4 + 2)), reordered(own.get(d * 4 + 3)))
                    .with("axis", 0)
                    .out();
            each.add(call.op("Unsqueeze", both, call.longs(0)).out());
        }
        return directions == 1
                ? each.getFirst()
                : call.op("Concat", each).with("axis", 0).out();
    }

    private String reordered(Operand weight) {
        if (gates.size() == 1) {
            return weight.value();
        }
        List<String> parts = call.op("Split", weight.value())
                .with("axis", 0)
                .with("num_outputs", gates.size())
                .outs(gates.size());
        return call.op("Concat", gates.stream().map(parts::get).toList())
                .with("axis", 0)
                .out();
    }
}
