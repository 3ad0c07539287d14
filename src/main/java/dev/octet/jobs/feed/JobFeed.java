package dev.octet.jobs.feed;

import dev.octet.platform.InRole;
import dev.octet.platform.Role;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Streams of all jobs' changes.
 *
 * <p>A running job reports its progress many times a second; a reader is told how it stands a few times.
 */
@Component
@InRole(Role.WEB)
public class JobFeed {
    private static final Logger LOG = LoggerFactory.getLogger(JobFeed.class);

    private final JobReader jobs;
    private final JobChanges changes;
    private final Set<Stream> open = ConcurrentHashMap.newKeySet();
    private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();

    JobFeed(JobReader jobs, JobChanges changes) {
        this.jobs = jobs;
        this.changes = changes;
    }

    /** A stream from now on; it begins with the word to read what there is. */
    public SseEmitter follow() {
        Stream stream = new Stream();
        open.add(stream);
        Runnable unlisten = changes.listen(stream);
        Runnable close = () -> {
            open.remove(stream);
            unlisten.run();
        };
        stream.emitter.onCompletion(close);
        stream.emitter.onTimeout(close);
        stream.emitter.onError(_ -> close.run());
        return stream.emitter;
    }

    /** Tells what has changed since the last time. */
    @Scheduled(fixedDelayString = "${octet.jobs.feed-pause:250ms}")
    void tell() {
        open.stream().filter(Stream::hasNews).forEach(stream -> threads.execute(stream::tell));
    }

    /** Keeps idle connections open, and finds out which are gone. */
    @Scheduled(fixedDelayString = "${octet.jobs.event-heartbeat:15s}")
    void beat() {
        open.forEach(stream -> threads.execute(stream::beat));
    }

    /** One reader's stream; sends on one thread at a time. */
    private final class Stream implements JobChanges.Listener {
        private final SseEmitter emitter = new SseEmitter(0L);
        private final Set<UUID> changed = ConcurrentHashMap.newKeySet();
        private volatile boolean missed = true;

        @Override
        public void changed(UUID job) {
            changed.add(job);
        }

        @Override
        public void missed() {
            missed = true;
        }

        @Override
        public void stopping() {
            emitter.complete();
        }

        boolean hasNews() {
            return missed || !changed.isEmpty();
        }

        synchronized void tell() {
            try {
                if (missed) {
                    // What changes from here on is told after the reader was sent to look.
                    missed = false;
                    emitter.send(SseEmitter.event().name("reload").data("{}", MediaType.APPLICATION_JSON));
                }
                for (UUID job : Set.copyOf(changed)) {
                    changed.remove(job);
                    var read = jobs.read(job);
                    if (read.isPresent()) {
                        emitter.send(SseEmitter.event().name("job").data(read.get(), MediaType.APPLICATION_JSON));
                    }
                }
            } catch (IOException | IllegalStateException e) {
                LOG.debug("a follower of all jobs is gone", e);
                emitter.completeWithError(e);
            } catch (RuntimeException e) {
                LOG.debug("no jobs to tell of for now", e);
                missed = true;
            }
        }

        synchronized void beat() {
            try {
                emitter.send(SseEmitter.event().comment("still here"));
            } catch (IOException | IllegalStateException e) {
                emitter.completeWithError(e);
            }
        }
    }
}
