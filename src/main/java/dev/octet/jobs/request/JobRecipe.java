package dev.octet.jobs.request;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
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
     */
    public static String of(String request, Function<UUID, Path> model, Function<UUID, Path> dataset) {
        ObjectNode recipe = (ObjectNode) JSON.readTree(request);
        recipe.remove(NOT_THE_ENGINES);
        recipe.put("model", path(recipe, "modelId", model));
        for (String role : List.of("calibration", "evaluation")) {
            if (recipe.get(role) instanceof ObjectNode data) {
                data.put("dataset", path(data, "datasetId", dataset));
            }
        }
        return JSON.writeValueAsString(recipe);
    }

    private static String path(ObjectNode node, String member, Function<UUID, Path> files) {
        UUID id = UUID.fromString(node.remove(member).asString());
        return files.apply(id).toAbsolutePath().toString();
    }
}
