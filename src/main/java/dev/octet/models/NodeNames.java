package dev.octet.models;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What the nodes of uploads can be called by, kept as long as the upload's bytes are. */
@Component
class NodeNames {
    private final JdbcClient jdbc;
    private final JsonMapper json;

    NodeNames(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Keeps the names in the caller's transaction; nothing where they are not known. */
    void keep(String sha256, @Nullable List<String> names) {
        // The database takes no zero characters in texts.
        if (names != null && names.stream().noneMatch(name -> name.indexOf('\0') >= 0)) {
            jdbc.sql("insert into node_names (sha256, names) values (?, cast(? as jsonb)) on conflict do nothing")
                    .params(sha256, json.writeValueAsString(names))
                    .update();
        }
    }

    /** The names of the upload with that hash; null where they are not known. */
    @Nullable
    List<String> of(String sha256) {
        return jdbc.sql("select names from node_names where sha256 = ?")
                .param(sha256)
                .query(String.class)
                .optional()
                .map(names -> json.readValue(names, new TypeReference<List<String>>() {}))
                .orElse(null);
    }
}
