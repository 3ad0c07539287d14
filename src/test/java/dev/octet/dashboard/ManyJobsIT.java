package dev.octet.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.worker.WorkerTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** The list of jobs with ten thousand in it: what a first visit weighs, and that it is read page by page. Times are printed. */
class ManyJobsIT extends WorkerTest {
    private static final int JOBS = 10_000;
    private static final int PAGE = 100;
    private static final int MOST_BYTES = 300_000;

    @Autowired
    private JdbcClient database;

    /** One job that ran, and as many like it as are wanted, a second apart before it. */
    @BeforeEach
    void fill() {
        String job = submit("output good", "finish GOAL_MET");
        jobs().await(job, "SUCCEEDED");
        int made = database.sql("""
            insert into job select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(),
                'tags', '{"of": "many"}'::jsonb, 'created_at', one.created_at - make_interval(secs => n)))).*
            from job one, generate_series(1, :jobs) n where one.id = cast(:id as uuid)\
            """).param("jobs", JOBS).param("id", job).update();
        assertThat(made).isEqualTo(JOBS);
    }

    @AfterEach
    void empty() {
        database.sql("delete from job where tags @> '{\"of\": \"many\"}'").update();
    }

    @Test
    void theListIsReadPageByPageAndEveryJobOnce() {
        Set<String> seen = new HashSet<>();
        List<Double> millis = new ArrayList<>();
        String cursor = "";
        do {
            long start = System.nanoTime();
            JsonNode page = http().get("/v1/jobs?tag=of:many&limit=" + PAGE + cursor)
                    .expect(200)
                    .json();
            millis.add((System.nanoTime() - start) / 1e6);
            page.path("items")
                    .valueStream()
                    .forEach(job -> seen.add(job.path("id").asString()));
            String next = page.path("nextCursor").asString("");
            cursor = next.isEmpty() ? "" : "&cursor=" + next;
        } while (!cursor.isEmpty());
        assertThat(millis).as("pages").hasSize(JOBS / PAGE);
        assertThat(seen).as("jobs").hasSize(JOBS);
        Collections.sort(millis);
        System.out.printf(
                "a page of %d out of %,d jobs: median %.1f ms, 95th percentile %.1f ms%n",
                PAGE, JOBS, millis.get(millis.size() / 2), millis.get(millis.size() * 95 / 100));
    }

    @Test
    @SuppressWarnings("unchecked")
    void aFirstVisitIsLightHoweverManyJobsThereAre() {
        try (Browser browser = Browser.start(http().base())) {
            browser.open("/");
            browser.find("#jobs tbody tr");
            Map<String, Number> load = (Map<String, Number>) browser.run("""
                const all = ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type));
                return { bytes: all.reduce((sum, each) => sum + each.transferSize, 0), requests: all.length,
                    painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? -1,
                    listed: performance.getEntriesByType("resource").filter((each) => each.name.includes("/v1/jobs?"))
                        .map((each) => each.responseEnd)[0] }\
                """);
            System.out.printf(
                    "first visit: %,d bytes in %d requests, first paint after %.0f ms, the list's answer after %.0f"
                            + " ms%n",
                    load.get("bytes").longValue(),
                    load.get("requests").longValue(),
                    load.get("painted").doubleValue(),
                    load.get("listed").doubleValue());
            assertThat(load.get("bytes").longValue()).isBetween(1L, (long) MOST_BYTES);
            int rows = browser.findAll("#jobs tbody tr").size();
            assertThat(rows).isBetween(1, 50);
            browser.press("Older");
            browser.find(".pages button:nth-of-type(2)");
            assertThat(browser.findAll("#jobs tbody tr")).hasSize(rows);
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
