package dev.octet.engine.rewrite;

import dev.octet.engine.graph.GraphPrinter;
import dev.octet.engine.graph.GraphRunner;
import dev.octet.engine.graph.GraphVerifier;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.rewrite.half.WidenHalfPrecision;
import dev.octet.engine.rewrite.inline.InlineBranches;
import dev.octet.engine.rewrite.inline.InlineFunctions;
import dev.octet.engine.rewrite.plain.EinsumToMatMul;
import dev.octet.engine.rewrite.plain.PlainGemm;
import dev.octet.engine.rewrite.plain.UnfuseOperators;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import java.util.ArrayList;
import java.util.List;

/** The table of contents of what happens to a model before it is quantized. */
public final class Preparation {

    private Preparation() {}

    /** The passes, in order. */
    public static List<Rewrite> passes(GraphRunner runner) {
        return List.of(
                new InlineFunctions(),
                new MaterializeConstants(),
                new WidenHalfPrecision(),
                new UnfuseOperators(),
                new PlainGemm(),
                new EinsumToMatMul(),
                new AnnotateTypes(runner),
                new RemoveIdentities(),
                new FoldConstants(runner),
                new InlineBranches(),
                new UpgradeOpset(17),
                new FoldPad(),
                new FoldBatchNorm(),
                new FuseHardSigmoid(),
                new FoldMulAdd(),
                new NameNodes());
    }

    /**
     * Runs all passes over {@code model}, each followed by the verifier.
     *
     * @return the prepared model, and the notes of all passes, each behind its pass's title
     * @throws EngineException MODEL_MALFORMED where the model as given does not hold together, MODEL_UNSUPPORTED where a pass or the
     *     runtime refuses it, INTERNAL where a pass broke it: with the printed graph in the details
     */
    public static Rewrite.Result prepare(Model model, GraphRunner runner) {
        List<String> faults = GraphVerifier.faults(model);
        if (!faults.isEmpty()) {
            throw new EngineException(
                    Fault.MODEL_MALFORMED,
                    "the model's graph does not hold together: " + faults.getFirst(),
                    faults.stream().map(fault -> new Detail("model", fault)).toList());
        }
        return run(model, passes(runner));
    }

    /** Runs {@code passes} over {@code model}, each followed by the verifier. */
    static Rewrite.Result run(Model model, List<Rewrite> passes) {
        Model current = model;
        List<String> notes = new ArrayList<>();
        for (Rewrite pass : passes) {
            Rewrite.Result result = pass.apply(current);
            result.notes().forEach(note -> notes.add(pass.title() + ": " + note));
            List<String> faults = GraphVerifier.faults(result.model());
            if (!faults.isEmpty()) {
                List<Detail> details = new ArrayList<>();
                faults.forEach(fault -> details.add(new Detail(pass.title(), fault)));
                details.add(new Detail(
                        pass.title() + ", the graph after",
                        GraphPrinter.print(result.model().graph())));
                throw new EngineException(
                        Fault.INTERNAL,
                        "the pass '" + pass.title() + "' broke the graph: " + faults.getFirst(),
                        details);
            }
            current = result.model();
        }
        return new Rewrite.Result(current, notes);
    }
}
