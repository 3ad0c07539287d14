package dev.octet.architecture.planted.engine.plan;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;

/** The tokenizers library must stay within engine.data.text. */
public record PlanUsesTokenizers(HuggingFaceTokenizer forbidden) {}
