package dev.octet.engine.search.auto;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When a search has to stop trying, so that its best can still be proven in time. */
public final class Deadline {

    private final long started = System.nanoTime();
    private final @Nullable Duration most;
    private Duration reserved = Duration.ZERO;

    private Deadline(@Nullable Duration most) {
        this.most = most;
    }

    /** {@code seconds} from now; null for never. */
    public static Deadline in(@Nullable Integer seconds) {
        return new Deadline(seconds == null ? null : Duration.ofSeconds(seconds));
    }

    /** Keeps {@code time} before the end free for what comes after the search. */
    public void reserve(Duration time) {
        reserved = time;
    }

    /** The time that is left; empty where there is no end. */
    Optional<Duration> left() {
        Duration gone = Duration.ofNanos(System.nanoTime() - started).plus(reserved);
        return Optional.ofNullable(most)
                .map(end -> end.minus(gone))
                .map(left -> left.isNegative() ? Duration.ZERO : left);
    }

    boolean isOver() {
        return most != null
                && Duration.ofNanos(System.nanoTime() - started).plus(reserved).compareTo(most) >= 0;
    }
}
