package dev.octet.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.worker.WorkerTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The candidates of a search on its page, while it goes on and after it was stopped. */
class LiveTrialsIT extends WorkerTest {
    private Browser browser;

    @BeforeEach
    void start() {
        browser = Browser.start(http().base());
    }

    @AfterEach
    void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    private static String trial(int number, String description, double millis, double decibels, long bytes) {
        return "raw {\"event\":\"trial\",\"trial\":{\"number\":" + number
                + ",\"status\":\"COMPLETED\",\"technique\":\"STATIC\","
                + "\"description\":\"" + description + "\",\"chosen\":false,\"predictedDrop\":0.002,\"sqnrDb\":"
                + decibels
                + ",\"latency\":[{\"batchSize\":1,\"threads\":1,\"fp32\":{\"p50\":4,\"p95\":4},\"int8\":{\"p50\":"
                + millis
                + ",\"p95\":3},\"speedup\":" + 4 / millis
                + "}],\"speedup\":[{\"batchSize\":1,\"threads\":1,\"speedup\":"
                + 4 / millis + "}],\"sizeBytes\":" + bytes + ",\"int8MacShare\":0.9}}";
    }

    @Test
    void trialsAppearWhileTheSearchGoesOnAndTheBestStaysWhenItIsCancelled() {
        String job = submit(
                trial(1, "all layers <b>INT8</b>", 1.25, 20, 300_000),
                trial(2, "the stem in float", 2, 30, 400_000),
                "touch two-tried",
                "until looked-at",
                trial(3, "slower and worse than the second", 2.5, 25, 500_000),
                "output good",
                "touch three-tried",
                "hang");
        awaitFile("two-tried");
        browser.open("/#/jobs/" + job);
        browser.untilSaid("#tried tbody", "the stem in float");
        assertThat(browser.findAll("#tried figure.trade circle.best")).hasSize(2);
        assertThat(browser.texts("#tried tbody tr").getFirst()).contains("<b>INT8</b>", "3.20×", "20.0 dB");

        SCRIPTS.touch("looked-at");
        browser.untilSaid("#tried tbody", "slower and worse");
        assertThat(browser.findAll("#tried figure.trade circle.beaten")).hasSize(1);

        awaitFile("three-tried");
        browser.press("Cancel job");
        browser.untilSaid("#outcome", "Cancelled");
        browser.untilSaid("#verdict", "the best model so far");
        browser.find("#result a[href$='/content']");
        browser.untilSaid("#result", "it was cancelled");
        assertThat(browser.findAll("#live progress")).isEmpty();
        assertThat(browser.complaints()).isEmpty();
    }
}
