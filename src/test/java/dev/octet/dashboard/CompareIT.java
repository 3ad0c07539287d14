package dev.octet.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.worker.WorkerTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The list of jobs, which changes by itself, and jobs side by side. */
class CompareIT extends WorkerTest {
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

    @Test
    void jobsThatEndWhileTheyAreLookedAtAreComparedSideBySide() {
        browser.open("/#/");
        String first = submit("touch first-runs", "until seen", "output good", "finish GOAL_MET");
        awaitFile("first-runs");
        String row = "#jobs tr:has(a[href$='" + first + "'])";
        browser.untilSaid(row, "running");
        SCRIPTS.touch("seen");
        browser.untilSaid(row, "goal met");
        String second = submit("output good", "finish GOAL_NOT_MET");
        browser.untilSaid("#jobs tr:has(a[href$='" + second + "'])", "goal not met");

        for (String job : new String[] {first, second}) {
            browser.find("#jobs tr:has(a[href$='" + job + "']) input").click();
        }
        browser.untilSaid("#compare", "Compare 2 jobs");
        browser.find("#compare").click();
        browser.untilSaid("#measures tbody tr", "Outcome");
        assertThat(browser.texts("#measures tbody tr").getFirst()).contains("goal met", "goal not met");
        browser.untilSaid("#asked tbody", "seed");
        assertThat(browser.barriers()).isEmpty();
        browser.picture("compare");
        browser.dark();
        assertThat(browser.barriers()).isEmpty();
        assertThat(browser.complaints()).isEmpty();
    }
}
