package dev.octet.engine;

import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.plan.Network;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.report.Outcome;
import dev.octet.engine.runtime.CpuFeatures;
import dev.octet.engine.scheme.ElementType;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;

/** Models, data and recipes that tests of the door are made of. */
final class TestData {

    static final Path FIXTURES = Path.of("src/test/resources/fixtures").toAbsolutePath();
    static final Path RESNET = FIXTURES.resolve("resnet20.onnx");
    static final Path IMAGES = FIXTURES.resolve("data/cifar10-64.npz");

    static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-24T12:00:00Z"));

    /** Scaling as the network was trained with. */
    static final double SCALE = 1 / 255.0;

    static final double[] MEAN = {0.485, 0.456, 0.406};
    static final double[] STD = {0.229, 0.224, 0.225};

    static final String PREPROCESSING = """
        {"scale": 0.00392156862745098, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}\
        """;

    private TestData() {}

    /** A target that runs here but is not this machine: so nothing is timed, and no sum saturates. */
    static String untimedTarget() {
        return Targets.own().id().equals("onnxruntime-x64-avx2") ? "onnxruntime-x64-vnni" : "onnxruntime-x64-avx2";
    }

    static boolean isX64() {
        return CpuFeatures.ofThisMachine().architecture().equals("amd64");
    }

    /** ResNet-20 on 64 images, STATIC, with {@code more} fields, not timed. */
    static String resnet(String more) {
        return """
            {"model": "%s", "technique": "STATIC", "target": "%s",
             "calibration": {"dataset": "%s", "samples": 32, "preprocessing": %s},
             "evaluation": {"dataset": "%s", "metric": "TOP1", "preprocessing": %s}%s}\
            """.formatted(RESNET, untimedTarget(), IMAGES, PREPROCESSING, IMAGES, PREPROCESSING, more);
    }

    static Outcome run(String recipe, Path out) {
        return Quantizer.run(Recipe.parse(recipe), out, (_, _, _, _) -> {}, CLOCK);
    }

    static Path write(Model model, Path file) {
        OnnxWriter.write(model, file);
        return file;
    }

    /** Two layers of products over 16 features with Relu between them. */
    static Network perceptron() {
        return Network.network()
                .input("x", -1, 16)
                .weight("w1", 16, 32)
                .constant("b1", Network.normal(1, 0.1f, 32))
                .node("h = Gemm(x, w1, b1)")
                .node("r = Relu(h)")
                .weight("w2", 32, 4)
                .constant("b2", Network.normal(2, 0.1f, 4))
                .node("y = Gemm(r, w2, b2)")
                .output("y");
    }

    /** Two convolutions over 16 by 16 pixels, pooled and classified: large enough for integers to pay. */
    static Network convolutions() {
        return head(Network.network().input("x", -1, 3, 16, 16).conv("c1", "x", 32, 3, 3, 1));
    }

    /** What follows the first convolution, c1 of 32 channels: another, and a classifier of 4 classes. */
    static Network head(Network network) {
        return network.node("r1 = Relu(c1)")
                .conv("c2", "r1", 64, 32, 3, 1)
                .node("r2 = Relu(c2)")
                .node("p = GlobalAveragePool(r2)")
                .node("f = Flatten(p)")
                .weight("w", 64, 4)
                .constant("b", Network.normal(2, 0.1f, 4))
                .node("y = Gemm(f, w, b)")
                .output("y");
    }

    /** {@code samples} standard normal samples of {@code dims} named x, with labels 0 to 3. */
    static NpzFiles samples(int samples, long... dims) {
        long[] shape = new long[dims.length + 1];
        shape[0] = samples;
        int each = 1;
        for (int i = 0; i < dims.length; i++) {
            shape[i + 1] = dims[i];
            each *= (int) dims[i];
        }
        Random random = new Random(17);
        float[] values = new float[samples * each];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return NpzFiles.npz()
                .floats("x", values, shape)
                .longs("labels", random.longs(samples, 0, 4).toArray(), samples);
    }

    /** The perceptron with QuantizeLinear in it. */
    static Model alreadyQuantized() {
        return Network.network()
                .input("x", -1, 16)
                .scalar("s", 0.1f)
                .constant("z", Tensor.ofBytes(ElementType.UINT8, new byte[] {(byte) 128}))
                .node("q = QuantizeLinear(x, s, z)")
                .node("d = DequantizeLinear(q, s, z)")
                .matMul("y", "d", 16, 4)
                .output("y")
                .model();
    }
}
