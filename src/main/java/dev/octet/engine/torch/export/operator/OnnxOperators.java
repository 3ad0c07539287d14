package dev.octet.engine.torch.export.operator;

import dev.octet.engine.torch.export.Translations;

/** The table of contents of what can be said in ATen. */
public final class OnnxOperators {

    private OnnxOperators() {}

    /** All operators. */
    public static Translations all() {
        Translations translations = new Translations();
        Quantization.addTo(translations);
        Convolutions.addTo(translations);
        Products.addTo(translations);
        Norms.addTo(translations);
        Pools.addTo(translations);
        Activations.addTo(translations);
        Arithmetic.addTo(translations);
        Comparisons.addTo(translations);
        Reductions.addTo(translations);
        Views.addTo(translations);
        Picks.addTo(translations);
        Resampling.addTo(translations);
        Creations.addTo(translations);
        SizeArithmetic.addTo(translations);
        return translations;
    }
}
