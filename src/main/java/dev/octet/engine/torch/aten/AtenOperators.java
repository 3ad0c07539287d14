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
import dev.octet.engine.torch.aten.shape.Masks;
import dev.octet.engine.torch.aten.shape.Picks;
import dev.octet.engine.torch.aten.shape.Resampling;
import dev.octet.engine.torch.aten.shape.Symbols;
import dev.octet.engine.torch.aten.shape.ViewWrites;
import dev.octet.engine.torch.aten.shape.Views;
import dev.octet.engine.torch.aten.shape.Windows;
import dev.octet.engine.torch.lower.Operators;

/** The table of contents of what can be imported. */
public final class AtenOperators {

    private AtenOperators() {}

    /** All operators. */
    public static Operators all() {
        Operators operators = new Operators(ViewWrites.all());
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
        Masks.addTo(operators);
        Windows.addTo(operators);
        Creations.addTo(operators);
        Resampling.addTo(operators);
        Symbols.addTo(operators);
        Passing.addTo(operators);
        HigherOrder.addTo(operators);
        Quantization.addTo(operators);
        return operators;
    }
}
