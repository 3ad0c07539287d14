package dev.octet.jobs;

import dev.octet.jobs.JobWatch.Watch;
import dev.octet.platform.InRole;
import dev.octet.platform.Role;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.async.DeferredResult;

/** Answers that wait for a job, or what belongs to it, to change, without a thread or a connection of their own. */
@Component
@InRole(Role.WEB)
public class LongPolls {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** RFC 7240: preferences are separated by commas, parameters of one by semicolons. */
    private static final Pattern WAIT =
            Pattern.compile("(?:^|,)\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(?=$|[,;])", Pattern.CASE_INSENSITIVE);

    private final JobWatch watch;

    LongPolls(JobWatch watch) {
        this.watch = watch;
    }

    /** How long a {@code Prefer} header asks to wait, 60 s at most; zero where it doesn't. */
    static Duration asked(@Nullable String prefer) {
        Matcher matcher = WAIT.matcher(prefer == null ? "" : prefer);
        if (!matcher.find()) {
            return Duration.ZERO;
        }
        Duration wait = Duration.ofSeconds(Long.parseLong(matcher.group(1)));
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }

    /**
     * The answer as soon as {@code done} holds, or the state of then when the time is up; at once where no time is asked for.
     *
     * @param job whose changes are waited for
     * @param prefer the header that says how long, see {@link #asked}
     * @param read reads what is asked for as it stands
     * @param answer makes the answer of that, to which the header about an applied preference is added
     */
    public <S, T> DeferredResult<ResponseEntity<T>> wait(
            UUID job, String prefer, Supplier<S> read, Predicate<S> done, Function<S, ResponseEntity<T>> answer) {
        Duration time = asked(prefer);
        if (time.isZero()) {
            DeferredResult<ResponseEntity<T>> now = new DeferredResult<>();
            now.setResult(answer.apply(read.get()));
            return now;
        }
        return wait(job, time, read, done, state -> {
            ResponseEntity<T> plain = answer.apply(state);
            return ResponseEntity.status(plain.getStatusCode())
                    .headers(plain.getHeaders())
                    .header("Preference-Applied", "wait=" + time.toSeconds())
                    .body(plain.getBody());
        });
    }

    private <S, T> DeferredResult<ResponseEntity<T>> wait(
            UUID job, Duration time, Supplier<S> read, Predicate<S> done, Function<S, ResponseEntity<T>> answer) {
        DeferredResult<ResponseEntity<T>> result = new DeferredResult<>(time.toMillis());
        AtomicReference<@Nullable Watch> watching = new AtomicReference<>();
        Runnable finish = () -> settle(result, read, _ -> true, answer);
        Watch stopping = watch.stopping(finish);
        result.onTimeout(finish);
        result.onCompletion(() -> {
            stopping.close();
            Watch mine = watching.get();
            if (mine != null) {
                mine.close();
            }
        });
        Runnable look = () -> settle(result, read, done, answer);
        watching.set(watch.job(job, look));
        // After the watch began: what happened before would not wake.
        look.run();
        if (result.isSetOrExpired()) {
            Watch mine = watching.get();
            if (mine != null) {
                mine.close();
            }
        }
        return result;
    }

    private static <S, T> void settle(
            DeferredResult<ResponseEntity<T>> result,
            Supplier<S> read,
            Predicate<S> done,
            Function<S, ResponseEntity<T>> answer) {
        if (result.isSetOrExpired()) {
            return;
        }
        try {
            S now = read.get();
            if (done.test(now)) {
                result.setResult(answer.apply(now));
            }
        } catch (RuntimeException e) {
            result.setErrorResult(e);
        }
    }
}
