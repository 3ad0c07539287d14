import java.io.IOException;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/**
 * Peak memory of the whole engine process for few and for many calibration samples.
 *
 * <p>Arguments: a folder with job.json, optionally the model (else model.onnx in the folder), the calibration data (else the folder's
 * evaluation data, the larger set), few and many (else 64 and 4096), observers divided by commas (else MIN_MAX and ENTROPY).
 */
public final class Memory {

    private static final int HEAP_MEGABYTES = 512;
    private static final int SCORED = 64;

    private Memory() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Path.of(args[0]);
        Path model = args.length > 1 ? Path.of(args[1]) : folder.resolve("model.onnx");
        Path data = args.length > 2 ? Path.of(args[2]) : Bench.data(folder, "evaluation");
        int few = args.length > 3 ? Integer.parseInt(args[3]) : 64;
        int many = args.length > 4 ? Integer.parseInt(args[4]) : 4096;
        String[] observers = (args.length > 5 ? args[5] : "MIN_MAX,ENTROPY").split(",");
        System.out.println("| observer | " + few + " samples | " + many + " samples | ratio |\n|---|---|---|---|");
        for (String observer : observers) {
            double small = peak(folder, model, data, few, observer);
            double large = peak(folder, model, data, many, observer);
            System.out.printf("| %s | %.0f MB | %.0f MB | %.3f |%n", observer, small, large, large / small);
        }
    }

    private static double peak(Path folder, Path model, Path data, int samples, String observer)
            throws IOException, InterruptedException {
        ObjectNode recipe = Bench.request(folder);
        recipe.put("model", model.toString()).put("technique", "STATIC");
        recipe.withObjectProperty("calibration").put("dataset", data.toString()).put("samples", samples);
        recipe.withObjectProperty("evaluation").put("dataset", data.toString()).put("samples", SCORED);
        recipe.withObjectProperty("settings").put("observer", observer);
        Bench.Run run = Bench.engine(recipe, HEAP_MEGABYTES);
        if (run.exitCode() != 0) {
            throw new IllegalStateException("the engine ended with " + run.exitCode() + ": " + run.lastLine());
        }
        return run.result().get("peakMemoryBytes").doubleValue() / 1e6;
    }
}
