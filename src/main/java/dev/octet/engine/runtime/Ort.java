package dev.octet.engine.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.octet.engine.runtime.system.CLibrary;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The one ONNX Runtime environment of this process, its sessions' settings and its failures' translation. */
final class Ort {

    /** Weights of at least this many bytes stay out of the protobuf of a saved graph, which ends at 2 GB. */
    private static final String EXTERNAL_FROM_BYTES = "1024";

    private static final List<Pattern> NODE_NAMES = List.of(
            Pattern.compile("In Node, \\(\"([^\"]+)\""),
            Pattern.compile("running \\S+ node\\. Name:'([^']+)'"),
            Pattern.compile("Node \\(([^)]+)\\) Op \\("),
            Pattern.compile("Node:\\s?([^\\s,]+)"),
            Pattern.compile("the node \\S*\\(([^)]+)\\)"),
            Pattern.compile("with name '([^']+)'"));

    private Ort() {}

    private static final class Holder {
        /** Only fatal messages are logged: every failure comes back as an exception that says it all. */
        static final OrtEnvironment ENVIRONMENT = create();

        private static OrtEnvironment create() {
            disableTelemetry();
            return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "octet");
        }
    }

    /**
     * Sets {@code ORT_DISABLE_TELEMETRY}, which has to be there before the environment is made: 1.29.0 on POSIX else reports home,
     * and dies of a native stack overflow where the process has a long command line, such as one with a class path
     * (microsoft/onnxruntime#27379, #32173).
     */
    private static void disableTelemetry() {
        CLibrary.setEnvironment("ORT_DISABLE_TELEMETRY", "1");
    }

    static OrtEnvironment environment() {
        return Holder.ENVIRONMENT;
    }

    static OrtSession open(Path file, RuntimeOptions options) {
        OrtEnvironment environment = environment();
        try (SessionOptions settings = new SessionOptions()) {
            settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            settings.setOptimizationLevel(
                    switch (options.optimization()) {
                        case NONE -> OptLevel.NO_OPT;
                        case BASIC -> OptLevel.BASIC_OPT;
                        case ALL -> OptLevel.ALL_OPT;
                    });
            settings.setIntraOpNumThreads(options.threads());
            settings.setInterOpNumThreads(1);
            settings.setMemoryPatternOptimization(options.planned());
            // A spinning pool steals the processor from whoever shares the machine, and from the model it is compared
            // with.
            settings.addConfigEntry("session.intra_op.allow_spinning", "0");
            settings.addConfigEntry("session.inter_op.allow_spinning", "0");
            if (options.literalQdq()) {
                settings.addConfigEntry("session.disable_quant_qdq", "1");
            }
            Path saved = options.optimizedModel();
            if (saved != null) {
                settings.setOptimizedModelFilePath(saved.toString());
                // Only saved, never run: laying the weights out for kernels would hold them in memory once more.
                settings.addConfigEntry("session.disable_prepacking", "1");
                settings.addConfigEntry(
                        "session.optimized_model_external_initializers_file_name", saved.getFileName() + ".data");
                settings.addConfigEntry(
                        "session.optimized_model_external_initializers_min_size_in_bytes", EXTERNAL_FROM_BYTES);
            }
            Path prefix = options.profilePrefix();
            if (prefix != null) {
                settings.enableProfiling(prefix.toString());
            }
            return environment.createSession(file.toString(), settings);
        } catch (OrtException e) {
            throw failure("does not load in", e);
        }
    }

    /** Opens {@code file} only for the graph that {@code options} has saved of it. */
    static void save(Path file, RuntimeOptions options) {
        try (OrtSession _ = open(file, options)) {
            // Opening has written it.
        } catch (OrtException e) {
            throw failure("can't be closed by", e);
        }
    }

    /** {@code e} as the engine's own exception, naming the node if the runtime names one. */
    static EngineException failure(String what, OrtException e) {
        String message = clean(String.valueOf(e.getMessage()));
        String text = "the model " + what + " ONNX Runtime " + environment().getVersion() + ": " + message;
        for (Pattern pattern : NODE_NAMES) {
            Matcher node = pattern.matcher(message);
            if (node.find()) {
                return new EngineException(
                        fault(message), text, List.of(new Detail("node '" + node.group(1) + "'", message)), e);
            }
        }
        return new EngineException(fault(message), text, e);
    }

    private static Fault fault(String message) {
        String text = message.toLowerCase(Locale.ROOT);
        if (text.contains("no space left on device")) {
            return Fault.DISK_FULL;
        }
        if (text.contains("bad allocation")
                || text.contains("bad_alloc")
                || text.contains("failed to allocate memory")) {
            return Fault.OUT_OF_MEMORY;
        }
        return Fault.MODEL_UNSUPPORTED;
    }

    private static String clean(String message) {
        return message.replaceAll("^Error code - \\w+ - message: ", "")
                .replaceAll("Load model from \\S+ failed:", "")
                .replaceAll("/onnxruntime_src/\\S+ .*?(\\[ONNXRuntimeError\\] : \\d+ : \\w+ : |Status Message: )", "")
                .replaceAll("/onnxruntime_src/\\S+:\\d+ ", "")
                .strip();
    }
}
