package dev.octet.jobs;

import dev.octet.jobs.JobWatch.Watch;
import dev.octet.platform.InRole;
import dev.octet.platform.Role;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Sends the events of jobs to those who follow them, from the rows that they are. */
@Component
@InRole(Role.WEB)
class EventStreams {
    private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);
    private static final int BATCH = 200;

    private final Jobs jobs;
    private final JobView view;
    private final JobWatch watch;
    private final Set<Stream> open = ConcurrentHashMap.newKeySet();
    private final java.util.concurrent.Executor threads = Executors.newVirtualThreadPerTaskExecutor();

    EventStreams(Jobs jobs, JobView view, JobWatch watch) {
        this.jobs = jobs;
        this.view = view;
        this.watch = watch;
    }

    /** A stream of the job's events after that sequence number, which ends with the job. */
    SseEmitter follow(UUID job, long after) {
        Stream stream = new Stream(job, after);
        open.add(stream);
        stream.emitter.onCompletion(stream::close);
        stream.emitter.onTimeout(stream::close);
        stream.emitter.onError(_ -> stream.close());
        threads.execute(stream::wake);
        return stream.emitter;
    }

    /** Keeps idle connections open, and finds out which are gone. */
    @Scheduled(fixedDelayString = "${octet.jobs.event-heartbeat:15s}")
    void beat() {
        open.forEach(stream -> threads.execute(stream::beat));
    }

    /** One client's stream; sends on one thread at a time. */
    private final class Stream {
        private final UUID job;
        private final SseEmitter emitter = new SseEmitter(0L);
        private final AtomicInteger wakes = new AtomicInteger();
        private final Watch changes;
        private final Watch stopping;
        private long last;

        Stream(UUID job, long after) {
            this.job = job;
            this.last = after;
            this.changes = watch.job(job, this::wake);
            this.stopping = watch.stopping(emitter::complete);
        }

        void close() {
            open.remove(this);
            changes.close();
            stopping.close();
        }

        /** Sends what is new; a wake during another makes that one look again. */
        void wake() {
            if (wakes.getAndIncrement() > 0) {
                return;
            }
            int seen = 0;
            do {
                seen = wakes.get();
                sendNew();
            } while (!wakes.compareAndSet(seen, 0));
        }

        private synchronized void sendNew() {
            try {
                List<StoredEvent> events = jobs.events(job, last, BATCH);
                while (!events.isEmpty()) {
                    for (StoredEvent event : events) {
                        send(event);
                    }
                    events = jobs.events(job, last, BATCH);
                }
            } catch (IOException | IllegalStateException e) {
                LOG.debug("the follower of job {} is gone", job, e);
                emitter.completeWithError(e);
            } catch (RuntimeException e) {
                // The database is away: the client keeps its place and is served when it is back.
                LOG.debug("no events of job {} for now", job, e);
            }
        }

        private void send(StoredEvent event) throws IOException {
            emitter.send(SseEmitter.event()
                    .id(String.valueOf(event.sequence))
                    .name(event.type.toLowerCase(Locale.ROOT))
                    .data(view.event(event), MediaType.APPLICATION_JSON));
            last = event.sequence;
            if (event.state.isLast()) {
                emitter.complete();
                close();
            }
        }

        synchronized void beat() {
            try {
                emitter.send(SseEmitter.event().comment("still here"));
            } catch (IOException | IllegalStateException e) {
                emitter.completeWithError(e);
                close();
            }
        }
    }
}
