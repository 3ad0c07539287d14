package dev.octet.engine.search.torch;

import org.jspecify.annotations.Nullable;

/**
 * What became of the archive for PyTorch.
 *
 * @param sizeBytes size of the file; 0 where there is none
 * @param agreementDb SQNR of its outputs against those of the ONNX file executed literally; null where there is none
 * @param refusal why there is none; null where there is one
 */
public record TorchArtifact(
        long sizeBytes,
        @Nullable Double agreementDb,
        @Nullable String refusal) {

    static TorchArtifact refused(String why) {
        return new TorchArtifact(0, null, why);
    }
}
