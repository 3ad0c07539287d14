package dev.octet.engine.torch.aten;

import dev.octet.engine.torch.aten.layer.Attention;
import dev.octet.engine.torch.aten.layer.Convolutions;
import dev.octet.engine.torch.aten.layer.Norms;
import dev.octet.engine.torch.aten.layer.Pools;
import dev.octet.engine.torch.aten.layer.Products;
import dev.octet.engine.torch.aten.layer.Recurrences;
import dev.octet.engine.torch.aten.math.Activations;
import dev.octet.engine.torch.aten.math.Arithmetic;
import dev.octet.engine.torch.aten.math.Comparisons;
import dev.octet.engine.torch.aten.math.Functions;
import dev.octet.engine.torch.aten.math.Reductions;
import dev.octet.engine.torch.aten.math.Variances;
import dev.octet.engine.torch.aten.shape.Creations;
import dev.octet.engine.torch.aten.shape.Indexing;
import dev.octet.engine.torch.aten.shape.Picks;
import dev.octet.engine.torch.aten.shape.Resampling;
import dev.octet.engine.torch.aten.shape.Symbols;
import dev.octet.engine.torch.aten.shape.Views;
import dev.octet.engine.torch.lower.Operators;
import java.util.Set;

/** The table of contents of what can be imported. */
public final class AtenOperators {

    /** Operators whose result may be another view of their first tensor's memory. */
    private static final Set<String> VIEWS = Set.of(
            "alias",
            "broadcast_to",
            "chunk",
            "contiguous",
            "detach",
            "dropout",
            "expand",
            "expand_as",
            "feature_dropout",
            "flatten",
            "mT",
            "movedim",
            "narrow",
            "numpy_T",
            "permute",
            "reshape",
            "reshape_as",
            "select",
            "slice",
            "split",
            "split_with_sizes",
            "squeeze",
            "swapaxes",
            "t",
            "to",
            "transpose",
            "type_as",
            "unbind",
            "unflatten",
            "unsqueeze",
            "view",
            "view_as");

    private AtenOperators() {}

    /** All operators. */
    public static Operators all() {
        Operators operators = new Operators(VIEWS);
        Convolutions.addTo(operators);
        Products.addTo(operators);
        Norms.addTo(operators);
        Pools.addTo(operators);
        Attention.addTo(operators);
        Recurrences.addTo(operators);
        Activations.addTo(operators);
        Functions.addTo(operators);
        Arithmetic.addTo(operators);
        Comparisons.addTo(operators);
        Reductions.addTo(operators);
        Variances.addTo(operators);
        Views.addTo(operators);
        Picks.addTo(operators);
        Indexing.addTo(operators);
        Creations.addTo(operators);
        Resampling.addTo(operators);
        Symbols.addTo(operators);
        Passing.addTo(operators);
        HigherOrder.addTo(operators);
        Quantization.addTo(operators);
        return operators;
    }
}
