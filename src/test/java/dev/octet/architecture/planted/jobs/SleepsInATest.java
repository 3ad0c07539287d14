package dev.octet.architecture.planted.jobs;

/** A test must wait for what it waits for. */
public final class SleepsInATest {
    private SleepsInATest() {}

    public static void sleep() throws InterruptedException {
        Thread.sleep(1);
    }
}
