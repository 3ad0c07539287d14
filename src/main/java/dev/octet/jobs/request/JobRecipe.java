package dev.octet.jobs.request;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Turns a job request into the engine's recipe: the same JSON, with files in the place of ids. */
public final class JobRecipe {
    /** What concerns the queue and the user, not the engine. */
    private static final List<String> NOT_THE_ENGINES = List.of("tags", "webhook");

    private static final JsonMapper JSON = JsonMapper.shared();

    private JobRecipe() {}

    /**
     * The recipe as JSON.
     *
     * @param request the job request as JSON
     * @param model where the file of the model with that id is
     * @param dataset where the file of the dataset with that id is
     * @param statistics what an earlier calibration saw; null where there was none
     * @param checkpoint where an earlier attempt got to in training; null where there was none
     */
    public static String of(
            String request,
            Function<UUID, Path> model,
            Function<UUID, Path> dataset,
            @Nullable Path statistics,
            @Nullable Path checkpoint) {
        ObjectNode recipe = (ObjectNode) JSON.readTree(request);
        recipe.remove(NOT_THE_ENGINES);
        recipe.put("model", path(recipe, "modelId", model));
        for (String role : List.of("calibration", "evaluation", "training")) {
            if (recipe.get(role) instanceof ObjectNode data && data.has("datasetId")) {
                data.put("dataset", path(data, "datasetId", dataset));
            }
        }
        if (statistics != null) {
            recipe.put("statistics", statistics.toAbsolutePath().toString());
        }
        if (checkpoint != null) {
            recipe.put("checkpoint", checkpoint.toAbsolutePath().toString());
        }
        return JSON.writeValueAsString(recipe);
    }

    private static String path(ObjectNode node, String member, Function<UUID, Path> files) {
        UUID id = UUID.fromString(node.remove(member).asString());
        return files.apply(id).toAbsolutePath().toString();
    }
}
