package dev.octet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.report.Outcome;
import dev.octet.engine.report.Outcome.Trial;
import dev.octet.engine.report.Report.Note;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The search, from a request without any settings to the artifact that it chose. */
class QuantizerAutoTest {

    @TempDir
    Path folder;

    private final List<Trial> told = new ArrayList<>();

    private Outcome run(String more, String name) {
        String recipe = TestData.resnet(more).replace("STATIC", "AUTO");
        return Quantizer.run(Recipe.parse(recipe), folder.resolve(name), (_, _, _, _) -> {}, told::add, TestData.CLOCK);
    }

    @Test
    void aSearchTellsWhatItTriedAndShipsTheOneItChose() throws Exception {
        Outcome outcome = run("", "out");

        assertThat(outcome.trials()).hasSizeGreaterThan(6).hasSameSizeAs(told);
        assertThat(outcome.trials()).extracting(Trial::number).isSorted().doesNotHaveDuplicates();
        Trial chosen =
                outcome.trials().stream().filter(Trial::chosen).findFirst().orElseThrow();
        assertThat(outcome.trials().stream().filter(Trial::chosen)).hasSize(1);
        assertThat(chosen.metric()).isEqualTo(outcome.result().metric());
        assertThat(chosen.sizeBytes())
                .isEqualTo(outcome.result().sizeBytes().int8())
                .isEqualTo(Files.size(folder.resolve("out/model.onnx")));
        assertThat(outcome.trials())
                .anySatisfy(trial -> assertThat(trial.onFront()).isTrue());
        assertThat(outcome.result().fidelity().sqnrDb()).isGreaterThan(25);
        assertThat(outcome.report().quantized().technique()).isEqualTo("STATIC");
        assertThat(outcome.report().notes().stream()
                        .filter(note -> note.code().equals("SEARCHED"))
                        .map(Note::message))
                .anySatisfy(sentence -> assertThat(sentence).contains("keeps the outputs closest"))
                .anySatisfy(sentence -> assertThat(sentence).contains("Trial " + chosen.number() + " was chosen"));
    }

    @Test
    void placementsTradeCloseness() {
        Outcome outcome = run("", "out");
        List<Trial> placed = outcome.trials().stream()
                .filter(trial -> trial.description().contains("in floating point"))
                .toList();
        assertThat(placed).hasSizeGreaterThan(2);
        assertThat(placed.getLast().int8MacShare()).isLessThan(placed.getFirst().int8MacShare());
        assertThat(placed.stream().mapToDouble(Trial::sqnrDb).max().orElseThrow())
                .isGreaterThan(placed.getFirst().sqnrDb() + 3);
    }

    @Test
    void theMostAccurateIsCloserThanTheFastest() {
        Outcome fastest = run(", \"objective\": {\"prefer\": \"FASTEST\", \"maxDrop\": 0.5}", "fastest");
        Outcome closest = run(", \"objective\": {\"prefer\": \"MOST_ACCURATE\", \"maxDrop\": 0.5}", "closest");
        assertThat(closest.result().fidelity().sqnrDb())
                .isGreaterThan(fastest.result().fidelity().sqnrDb());
        assertThat(fastest.result().int8MacShare())
                .isGreaterThan(closest.result().int8MacShare());
    }

    @Test
    void anExhaustedBudgetEndsWithWhatThereIs() {
        Outcome trials = run(", \"budget\": {\"maxTrials\": 2}", "trials");
        assertThat(trials.trials()).hasSize(2);
        Outcome seconds = run(", \"budget\": {\"maxRunSeconds\": 1}", "seconds");
        assertThat(seconds.trials()).hasSize(1);
        assertThat(seconds.trials().getFirst().chosen()).isTrue();
        assertThat(seconds.result().fidelity().sqnrDb()).isGreaterThan(20);
    }

    @Test
    void whoStopsASearchFindsTheFirstCandidateProven() {
        Path out = folder.resolve("out");
        String recipe = TestData.resnet("").replace("STATIC", "AUTO");
        try {
            Quantizer.run(
                    Recipe.parse(recipe),
                    out,
                    (_, _, _, _) -> {},
                    trial -> {
                        if (trial.number() == 3) {
                            throw new CancellationException("stopped at the third trial");
                        }
                    },
                    TestData.CLOCK);
            throw new AssertionError("was not stopped");
        } catch (CancellationException e) {
            assertThat(out.resolve("model.onnx")).isNotEmptyFile();
            assertThat(out.resolve("result.json")).isNotEmptyFile();
            assertThat(out.resolve("trials.json")).isNotEmptyFile();
        }
    }

    @Test
    void excludedNodesStayInFloatingPointInEveryTrial() {
        Outcome outcome = run(", \"settings\": {\"opTypes\": [\"Gemm\", \"MatMul\"]}", "out");
        assertThat(outcome.layers())
                .filteredOn(layer -> layer.operator().equals("Conv"))
                .allSatisfy(layer -> assertThat(layer.decision()).isEqualTo("FLOAT"));
    }
}
