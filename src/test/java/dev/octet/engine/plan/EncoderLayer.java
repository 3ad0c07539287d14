package dev.octet.engine.plan;

import dev.octet.engine.graph.Tensor;
import java.util.Arrays;

/**
 * A layer of a transformer encoder as PyTorch exports it: self-attention over x : FLOAT[N,D2,{@value #WIDTH}] whose heads are split
 * by shapes that the graph computes, two residual sums, each normalized.
 */
public final class EncoderLayer {

    public static final int WIDTH = 64;

    private static final int HEADS = 4;
    private static final int HIDDEN = 128;

    private EncoderLayer() {}

    /**
     * The layer, giving y.
     *
     * @param outlier the first normalization's gain of one channel, 1 for the others
     */
    public static Network network(float outlier) {
        float[] gains = new float[WIDTH];
        Arrays.fill(gains, 1);
        gains[7] = outlier;
        Network network = Network.network()
                .input("x", -1, -2, WIDTH)
                .scalar("scale", (float) Math.sqrt((double) WIDTH / HEADS))
                .longs("zero", 0)
                .longs("one", 1)
                .longs("heads", HEADS)
                .longs("each", WIDTH / HEADS)
                .longs("width", WIDTH)
                .constant("g", Tensor.ofFloats(gains, WIDTH))
                .constant("ones", Tensor.ofFloats(ones(), WIDTH))
                .weight("b", WIDTH)
                .node("i = LayerNormalization(x, g, b)", "axis", -1)
                .node("shape = Shape(i)")
                .node("n = Gather(shape, zero)")
                .node("t = Gather(shape, one)")
                .node("split = Concat(n, t, heads, each)", "axis", 0)
                .node("joined = Concat(n, t, width)", "axis", 0);
        split(network, "q", 0, 2, 1, 3);
        split(network, "k", 0, 2, 3, 1);
        split(network, "v", 0, 2, 1, 3);
        network.node("s = MatMul(qh, kh)")
                .node("scores = Div(s, scale)")
                .node("p = Softmax(scores)", "axis", -1)
                .node("c = MatMul(p, vh)")
                .node("ct = Transpose(c)", "perm", new long[] {0, 2, 1, 3})
                .node("cj = Reshape(ct, joined)");
        linear(network, "o", "cj", WIDTH, WIDTH)
                .node("r1 = Add(o, i)")
                .node("l1 = LayerNormalization(r1, ones, b)", "axis", -1);
        linear(network, "h", "l1", WIDTH, HIDDEN).node("a = Relu(h)");
        return linear(network, "f", "a", HIDDEN, WIDTH)
                .node("r2 = Add(f, l1)")
                .node("y = LayerNormalization(r2, ones, b)", "axis", -1)
                .output("y");
    }

    private static void split(Network network, String name, long... order) {
        linear(network, name, "i", WIDTH, WIDTH)
                .node(name + "s = Reshape(" + name + ", split)")
                .node(name + "h = Transpose(" + name + "s)", "perm", order);
    }

    private static Network linear(Network network, String name, String input, int in, int out) {
        return network.matMul(name + "m", input, in, out)
                .weight(name + "b", out)
                .node(name + " = Add(" + name + "m, " + name + "b)");
    }

    private static float[] ones() {
        float[] ones = new float[WIDTH];
        Arrays.fill(ones, 1);
        return ones;
    }
}
