package dev.octet.worker;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The workers that have reported themselves lately, wherever they run. */
@Component
class LiveWorkers {
    /**
     * One of them.
     *
     * @param name for people
     * @param targets the profiles of all targets, as its machine sees them
     */
    record Live(String name, JsonNode targets) {}

    private final JdbcClient jdbc;
    private final Clock clock;
    private final WorkerProperties properties;
    private final JsonMapper json;

    LiveWorkers(JdbcClient jdbc, Clock clock, WorkerProperties properties, JsonMapper json) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.properties = properties;
        this.json = json;
    }

    /** Those alive, by name. */
    List<Live> all() {
        return jdbc.sql("select name, targets from worker where beat_at > ? order by name")
                .param(clock.instant().minus(properties.deadAfter()).atOffset(ZoneOffset.UTC))
                .query((row, _) -> new Live(row.getString("name"), json.readTree(row.getString("targets"))))
                .list();
    }
}
