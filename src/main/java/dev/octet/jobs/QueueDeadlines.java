package dev.octet.jobs;

import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Ends jobs that waited too long to be started, also where there is no worker. */
@Component
class QueueDeadlines {
    private static final Logger LOG = LoggerFactory.getLogger(QueueDeadlines.class);

    private final StoredJobs stored;
    private final Attempts attempts;
    private final Clock clock;

    QueueDeadlines(StoredJobs stored, Attempts attempts, Clock clock) {
        this.stored = stored;
        this.attempts = attempts;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "${octet.jobs.deadline-check:2s}")
    void expire() {
        try {
            for (StoredJob job : stored.overdue(clock.instant())) {
                try {
                    attempts.expireQueued(job);
                } catch (Attempt.LostException e) {
                    LOG.debug("job {} was started or ended at the last moment", job.id);
                }
            }
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("queue deadlines were not checked; the next check tries again: {}", e.toString());
        }
    }
}
