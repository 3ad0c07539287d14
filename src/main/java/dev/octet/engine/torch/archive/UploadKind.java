package dev.octet.engine.torch.archive;

import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What an upload is, told by its bytes: an export archive, or something that has to be exported first. */
public enum UploadKind {
    EXPORT_ARCHIVE("a torch.export archive", ""),
    OLD_EXPORT(
            "a torch.export archive of an old release of PyTorch",
            "export it again with PyTorch 2.8 or later: " + Lines.EXPORT),
    COMPILED(
            "an AOTInductor package, which holds compiled code and is never run here",
            "save the exported program itself: " + Lines.EXPORT),
    TORCH_SCRIPT(
            "a TorchScript archive, which holds code and is never run here",
            "export the module it was made from: " + Lines.EXPORT),
    TORCH_SAVE(
            "a file of torch.save: Python pickles (a state_dict or a whole module), which are never opened here",
            "load it where it was made, then: " + Lines.EXPORT),
    PICKLE("a Python pickle, which is never opened here", "load it where it was made, then: " + Lines.EXPORT),
    SAFETENSORS(
            "a safetensors file, which holds weights and no network", "load it into its model, then: " + Lines.EXPORT),
    EXECUTORCH("an ExecuTorch program", "export the module it was made from: " + Lines.EXPORT),
    KERAS(
            "a Keras model",
            "save it as ONNX: keras.models.load_model(\"model.keras\").export(\"model.onnx\", format=\"onnx\")"),
    TFLITE(
            "a TensorFlow Lite model",
            "convert the float model: python -m tf2onnx.convert --tflite model.tflite --output model.onnx"),
    OTHER("something else", "");

    private static final int HEAD = 16;
    private static final int FIRST_PICKLE = 2;
    private static final int LAST_PICKLE = 5;

    /** Begins every file of torch.save before release 1.6: a pickled number, 0x1950a86a20f9469cfc6c. */
    private static final String LEGACY = "\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019";

    private final String what;
    private final String remedy;

    UploadKind(String what, String remedy) {
        this.what = what;
        this.remedy = remedy;
    }

    /** The Python that makes what is accepted. */
    private static final class Lines {
        static final String EXPORT =
                "torch.export.save(torch.export.export(model.eval(), (example_input,)), \"model.pt2\")";
    }

    /** What {@code upload} is; {@link #OTHER} for ONNX files and all that is not known here. */
    public static UploadKind of(Path upload) {
        byte[] head;
        try (InputStream in = Files.newInputStream(upload)) {
            head = in.readNBytes(HEAD);
        } catch (IOException e) {
            throw EngineException.ofIo("the model file can't be read", e);
        }
        String text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.startsWith("PK\3\4")) {
            return entries(upload).map(UploadKind::ofEntries).orElse(OTHER);
        }
        if (text.length() > 2
                && text.charAt(0) == 0x80
                && text.charAt(1) >= FIRST_PICKLE
                && text.charAt(1) <= LAST_PICKLE) {
            return text.startsWith(LEGACY, 2) ? TORCH_SAVE : PICKLE;
        }
        if (text.startsWith("\0\0{\"", 6)) {
            return SAFETENSORS;
        }
        if (text.startsWith("ET", 4) && text.length() > 7 && Character.isDigit(text.charAt(6))) {
            return EXECUTORCH;
        }
        if (text.startsWith("TFL3", 4)) {
            return TFLITE;
        }
        return text.startsWith("\u0089HDF") ? KERAS : OTHER;
    }

    /** Passes for export archives and what is not known here; refuses the others, saying what to do. */
    public UploadKind orRefuse() {
        if (!remedy.isEmpty()) {
            throw new EngineException(Fault.MODEL_UNSUPPORTED, "the upload is " + what + "; " + remedy);
        }
        return this;
    }

    private static UploadKind ofEntries(Set<String> entries) {
        boolean compiled = entries.stream().anyMatch(e -> e.startsWith("data/aotinductor/"));
        if (entries.contains("archive_format") || compiled) {
            boolean program = entries.stream().anyMatch(e -> e.startsWith("models/") && e.endsWith(".json"));
            return compiled && !program ? COMPILED : EXPORT_ARCHIVE;
        }
        if (entries.contains("serialized_exported_program.json") || entries.contains("serialized_exported_program")) {
            return OLD_EXPORT;
        }
        if (entries.contains("constants.pkl") && entries.contains("data.pkl")) {
            return TORCH_SCRIPT;
        }
        if (entries.contains("data.pkl")) {
            return TORCH_SAVE;
        }
        return entries.contains("model.weights.h5") && entries.contains("config.json") ? KERAS : OTHER;
    }

    /** The entries' names, and again without their first folder; empty where the zip is broken, which others say better. */
    private static Optional<Set<String>> entries(Path upload) {
        try (Archive zip = Archive.open(upload)) {
            return Optional.of(zip.entries().stream()
                    .flatMap(entry -> java.util.stream.Stream.of(
                            entry.name(), entry.name().substring(entry.name().indexOf('/') + 1)))
                    .collect(Collectors.toSet()));
        } catch (EngineException e) {
            if (e.fault() != Fault.DATASET_MALFORMED) {
                throw e;
            }
            return Optional.empty();
        }
    }
}
