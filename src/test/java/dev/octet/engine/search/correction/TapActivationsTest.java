package dev.octet.engine.search.correction;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.graph.Model;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.search.SampleSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TapActivationsTest {

    private static final List<InputSpec> INPUTS = List.of(
            new InputSpec("attention_mask", ElementType.FLOAT, List.of(-1L, 4L)),
            new InputSpec("x", ElementType.FLOAT, List.of(-1L, 4L, 2L)));

    @TempDir
    Path folder;

    /** What comes of {@code values}: for each sample its index, its positions and its elements. */
    private List<String> seen(String... values) {
        Model model = network()
                .input("attention_mask", -1, 4)
                .input("x", -1, 4, 2)
                .node("y = Neg(x)")
                .node("t = Transpose(x)", "perm", new long[] {0, 2, 1})
                .node("m = Neg(attention_mask)")
                .output("y", "t", "m")
                .model();
        float[] x = new float[3 * 4 * 2];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
        }
        Path file = NpzFiles.npz()
                .floats("attention_mask", new float[] {1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}, 3, 4)
                .floats("x", x, 3, 4, 2)
                .write(folder.resolve("data.npz"));
        List<String> seen = new ArrayList<>();
        try (Dataset dataset = Dataset.open(file)) {
            SampleSet set = new SampleSet(dataset, INPUTS, Preprocessing.NONE, 0, 3);
            new TapActivations(set, 3, 1, folder).run(model, List.of(values), (value, first, shape, floats) -> {
                float[] all = new float[floats.remaining()];
                floats.get(0, all);
                seen.add(value + " " + first + " " + List.of(shape[0], shape[1]) + " " + all.length + " " + all[0]);
            });
        }
        return seen;
    }

    @Test
    void positionsThatAreThePaddingAreNotShownUnlessThereIsNothingElse() {
        assertThat(seen("y")).containsExactly("y 0 [1, 2] 4 -0.0", "y 1 [1, 1] 2 -14.0", "y 2 [1, 4] 8 -16.0");
    }

    @Test
    void whatDoesNotLeadWithPositionsIsShownWhole() {
        assertThat(seen("t", "attention_mask", "m"))
                .containsExactlyInAnyOrder("t 0 [3, 2] 24 0.0", "attention_mask 0 [3, 4] 12 1.0", "m 0 [3, 4] 12 -1.0");
    }
}
