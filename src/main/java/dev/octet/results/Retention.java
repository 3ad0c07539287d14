package dev.octet.results;

import dev.octet.jobs.Jobs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.FixedDelayTask;

/** Deletes jobs that ended long ago, where the operator wants that. */
@Configuration(proxyBeanMethods = false)
class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    @Bean
    SchedulingConfigurer regularRetention(ResultsProperties properties, Jobs jobs, Results results, Clock clock) {
        Duration retention = properties.retention();
        return tasks -> {
            if (retention != null) {
                tasks.addFixedDelayTask(new FixedDelayTask(
                        () -> deleteOrLog(clock.instant().minus(retention), jobs, results),
                        properties.retentionCheck(),
                        properties.retentionCheck()));
            }
        };
    }

    private static void deleteOrLog(Instant before, Jobs jobs, Results results) {
        try {
            delete(before, jobs, results);
        } catch (RuntimeException e) {
            LOG.warn("old jobs were not deleted; the next round tries again", e);
        }
    }

    /** Deletes all jobs that ended before then. */
    static void delete(Instant before, Jobs jobs, Results results) {
        for (List<UUID> ended = jobs.endedBefore(before); !ended.isEmpty(); ended = jobs.endedBefore(before)) {
            ended.forEach(results::delete);
            LOG.info("deleted {} jobs that ended before {}", ended.size(), before);
        }
    }
}
