package dev.octet.models;

import dev.octet.engine.Inspection;
import dev.octet.engine.scheme.ModelOutline;
import dev.octet.engine.scheme.ModelOutline.Entry;
import dev.octet.platform.api.model.GraphNode;
import dev.octet.platform.api.model.ModelGraph;
import dev.octet.storage.Uploads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * The graphs of uploaded models, read when they are asked for.
 *
 * <p>One is read at a time, since reading takes memory and, of a zip, room on the disk; a few are kept, since a reader comes back.
 */
@Component
class ModelGraphs {
    private static final int KEPT = 4;

    /** Raised when the same model is told differently. */
    private static final int FORM = 1;

    private final Uploads uploads;
    private final Map<String, ModelGraph> kept = new LinkedHashMap<>(KEPT, 0.75f, true);

    ModelGraphs(Uploads uploads) {
        this.uploads = uploads;
    }

    /** What changes when the graph does; weak, since the server compresses no answer with a strong one. */
    static String etag(ModelRecord model) {
        return "W/\"" + FORM + "-" + model.sha256() + "\"";
    }

    /** The graph of the model. */
    synchronized ModelGraph of(ModelRecord model) {
        ModelGraph known = kept.get(model.sha256());
        if (known != null) {
            return known;
        }
        try {
            ModelGraph graph = answer(uploads.look(model.sha256(), Inspection::outline));
            kept.put(model.sha256(), graph);
            if (kept.size() > KEPT) {
                kept.remove(kept.keySet().iterator().next());
            }
            return graph;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ModelGraph answer(ModelOutline outline) {
        return new ModelGraph(outline.nodes().stream().map(ModelGraphs::answer).toList(), outline.total());
    }

    private static GraphNode answer(Entry node) {
        return new GraphNode(
                        node.name(),
                        node.operator(),
                        node.inputs(),
                        node.outputs(),
                        Tensors.answer(node.weights()),
                        node.parameterBytes(),
                        GraphNode.ExpectedEnum.fromValue(node.expected().name()))
                .reason(node.reason().isEmpty() ? null : node.reason())
                .inside(node.inside());
    }
}
