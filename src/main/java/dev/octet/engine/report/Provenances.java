package dev.octet.engine.report;

import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.plan.Target;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.report.Outcome.Provenance;
import dev.octet.engine.runtime.CpuFeatures;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.scheme.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;

/** Tells what made a result: hashes of all that went in, versions of all that ran. */
final class Provenances {

    private Provenances() {}

    static Provenance of(Recipe recipe, Target target, QuantizationPlan plan) {
        CpuFeatures cpu = CpuFeatures.ofThisMachine();
        Recipe.Calibration calibration = recipe.calibration();
        Recipe.Evaluation evaluation = recipe.evaluation();
        return new Provenance(
                version(),
                "onnxruntime " + OrtRunner.version(),
                sha256(recipe.model()),
                calibration == null ? null : sha256(calibration.dataset()),
                evaluation == null ? null : sha256(evaluation.dataset()),
                sha256(settings(recipe)),
                sha256(plan.text()),
                target.id(),
                recipe.seed(),
                cpu.model(),
                List.copyOf(cpu.instructionSets()),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().toString(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
    }

    /** The version of the engine, as it was built. */
    static String version() {
        Properties properties = new Properties();
        try (InputStream in = Provenances.class.getResourceAsStream("/octet-build.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw EngineException.ofIo("The build's properties can't be read", e);
        }
        return properties.getProperty("version", "unknown");
    }

    /** The request without the places of its files, which are hashed by content. */
    private static String settings(Recipe recipe) {
        Recipe.Calibration calibration = recipe.calibration();
        Recipe.Evaluation evaluation = recipe.evaluation();
        return String.join(
                "\n",
                recipe.technique().name(),
                String.valueOf(recipe.target()),
                calibration == null ? "" : calibration.samples() + " " + calibration.preprocessing(),
                evaluation == null
                        ? ""
                        : evaluation.metric() + " " + evaluation.samples() + " " + evaluation.preprocessing() + " "
                                + evaluation.pairs() + " " + evaluation.pooling(),
                text(recipe.settings()),
                recipe.objective().toString(),
                recipe.measure().toString(),
                Long.toString(recipe.seed()));
    }

    /** Sets in a fixed order: their own order changes from run to run. */
    private static String text(Recipe.Settings settings) {
        return settings.observer() + " " + settings.percentile() + " " + settings.perChannel() + " "
                + settings.activationType() + " " + settings.weightType() + " " + settings.reduceRange() + " "
                + settings.opTypes().stream().sorted().toList() + " "
                + settings.exclude().stream().sorted().toList();
    }

    static String sha256(String text) {
        return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    static String sha256(Path file) {
        MessageDigest digest = digest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw EngineException.ofIo(file.getFileName() + " can't be read", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
