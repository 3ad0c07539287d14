package dev.octet.engine;

import dev.octet.engine.scheme.Progress;

/** Passes on ten reports of progress a second at most, and every change of phase and every end. */
final class Throttle implements Progress {

    private static final long PAUSE_NANOS = 100_000_000;

    /** Phases of so few steps are told step by step. */
    private static final long FEW = 10;

    private final Progress next;
    private Phase phase = Phase.PREPARING;
    private long last;
    private boolean any;

    Throttle(Progress next) {
        this.next = next;
    }

    @Override
    public void report(Phase at, long done, long total, String message) {
        long now = System.nanoTime();
        if (!any || at != phase || done == total || total < FEW || now - last >= PAUSE_NANOS) {
            any = true;
            phase = at;
            last = now;
            next.report(at, done, total, message);
        }
    }
}
