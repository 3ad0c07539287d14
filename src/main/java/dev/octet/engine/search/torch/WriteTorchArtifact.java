package dev.octet.engine.search.torch;

import dev.octet.engine.graph.Model;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.search.CompareRuns;
import dev.octet.engine.search.RunData;
import dev.octet.engine.torch.TorchReader;
import dev.octet.engine.torch.TorchWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * Writes the quantized model as an archive of {@code torch.export} and proves it.
 *
 * <p>PyTorch is not at hand, so the archive is read back by the importer, which knows nothing of how it was written, and what that
 * gives is run against the ONNX file. An archive that can't be had fails nothing: the ONNX file stands.
 */
public final class WriteTorchArtifact {

    private static final int MOST_LAYERS = 50;

    private final RunData data;
    private final Path prepared;
    private final Path quantized;
    private final Path scratch;
    private final int threads;

    /**
     * @param prepared the float model
     * @param quantized the ONNX file that the archive is to agree with
     * @param scratch folder for files of the proof, which are gone when it ends
     */
    public WriteTorchArtifact(RunData data, Path prepared, Path quantized, Path scratch, int threads) {
        this.data = data;
        this.prepared = prepared;
        this.quantized = quantized;
        this.scratch = scratch;
        this.threads = threads;
    }

    /**
     * Writes {@code model}, which is what {@link #quantized} holds, to {@code file}; no file is there where it can't be.
     *
     * @throws EngineException IO or DISK_FULL
     */
    public TorchArtifact write(Model model, Path file) {
        try {
            Files.deleteIfExists(file);
            try {
                TorchWriter.write(model, data.sampleShapes(), file);
                double agreementDb = agreementDb(file);
                return new TorchArtifact(Files.size(file), agreementDb, null);
            } catch (EngineException e) {
                if (e.fault() == Fault.IO || e.fault() == Fault.DISK_FULL) {
                    throw e;
                }
                Files.deleteIfExists(file);
                return TorchArtifact.refused(reason(e));
            }
        } catch (IOException e) {
            throw EngineException.ofIo("the archive can't be handled", e);
        }
    }

    private double agreementDb(Path file) {
        Path back = scratch.resolve("read-back.onnx");
        try (Arena arena = Arena.ofShared()) {
            OnnxWriter.writeScratch(TorchReader.read(file, arena), back);
            return CompareRuns.readBack(prepared, quantized, back, data.evaluation(), threads);
        } finally {
            OnnxWriter.delete(back);
        }
    }

    private static String reason(EngineException e) {
        String layers =
                e.details().stream().map(Detail::message).limit(MOST_LAYERS).collect(Collectors.joining("; "));
        return layers.isEmpty() ? String.valueOf(e.getMessage()) : layers;
    }
}
