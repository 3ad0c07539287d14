package dev.octet.results;

import dev.octet.jobs.Attempt;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reports, layers and trials as the database holds them. */
@Component
class Rows {
    private static final int BATCH = 500;

    private static final String LAYER = """
        insert into layer (job_id, position, name, operator, decision, body)
        values (?, ?, ?, ?, ?, cast(? as jsonb))\
        """;

    private static final String TRIAL = """
        insert into trial (job_id, attempt, number, status, chosen, body) values (?, ?, ?, ?, ?, cast(? as jsonb))
        on conflict (job_id, number)
            do update set attempt = excluded.attempt, status = excluded.status, chosen = excluded.chosen,
                body = excluded.body\
        """;

    private final JdbcTemplate jdbc;
    private final JsonMapper json;

    Rows(JdbcTemplate jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    void addReport(UUID job, JsonNode report) {
        jdbc.update(
                "insert into report (job_id, body) values (?, cast(? as jsonb))", job, json.writeValueAsString(report));
    }

    List<JsonNode> report(UUID job) {
        return jdbc.query("select body from report where job_id = ?", (row, _) -> json.readTree(row.getString(1)), job);
    }

    void addLayers(UUID job, JsonNode layers) {
        jdbc.batchUpdate(LAYER, layers.valueStream().toList(), BATCH, (row, layer) -> {
            row.setObject(1, job);
            row.setInt(2, layer.path("position").asInt());
            row.setString(3, layer.path("name").asString());
            row.setString(4, layer.path("operator").asString());
            row.setString(5, layer.path("decision").asString());
            row.setString(6, json.writeValueAsString(layer));
        });
    }

    /** Puts these trials in the place of all that the job had. */
    void replaceTrials(Attempt attempt, JsonNode trials) {
        jdbc.update("delete from trial where job_id = ?", attempt.job());
        put(attempt, trials.valueStream().toList());
    }

    /** Puts each trial in the place of one with its number; what was told of others while the engine ran stays. */
    void mergeTrials(Attempt attempt, JsonNode trials) {
        put(attempt, trials.valueStream().toList());
    }

    /** Puts the trial in the place of one with its number, and of all from earlier attempts. */
    void putTrial(Attempt attempt, JsonNode trial) {
        jdbc.update("delete from trial where job_id = ? and attempt < ?", attempt.job(), attempt.number());
        put(attempt, List.of(trial));
    }

    private void put(Attempt attempt, List<JsonNode> trials) {
        jdbc.batchUpdate(TRIAL, trials, BATCH, (row, trial) -> {
            row.setObject(1, attempt.job());
            row.setInt(2, attempt.number());
            row.setInt(3, trial.path("number").asInt());
            row.setString(4, trial.path("status").asString());
            row.setBoolean(5, trial.path("chosen").asBoolean());
            row.setString(6, json.writeValueAsString(trial));
        });
    }

    /** Layers whose position is {@code from} or above, in order, at most so many. */
    <T> List<T> layers(UUID job, int from, int most, Class<T> type) {
        return read(
                "select body from layer where job_id = ? and position >= ? order by position limit ?",
                job,
                from,
                most,
                type);
    }

    /** Trials whose number is {@code from} or above, in order, at most so many. */
    <T> List<T> trials(UUID job, int from, int most, Class<T> type) {
        return read(
                "select body from trial where job_id = ? and number >= ? order by number limit ?",
                job,
                from,
                most,
                type);
    }

    private <T> List<T> read(String sql, UUID job, int from, int most, Class<T> type) {
        return jdbc.query(sql, (row, _) -> json.readValue(row.getString(1), type), job, from, most);
    }
}
