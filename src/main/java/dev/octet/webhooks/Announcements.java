package dev.octet.webhooks;

import dev.octet.jobs.JobView;
import dev.octet.jobs.Jobs;
import dev.octet.platform.api.model.Job;
import dev.octet.platform.api.model.JobState;
import dev.octet.platform.api.model.Webhook;
import java.time.Clock;
import java.util.UUID;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Makes a delivery of each state that somebody wants to be told of, in the transaction that brings it about. */
@Component
class Announcements {
    private final JobView jobs;
    private final Deliveries deliveries;
    private final DeliveryQueue queue;
    private final JsonMapper json;
    private final Clock clock;

    Announcements(JobView jobs, Deliveries deliveries, DeliveryQueue queue, JsonMapper json, Clock clock) {
        this.jobs = jobs;
        this.deliveries = deliveries;
        this.queue = queue;
        this.json = json;
        this.clock = clock;
    }

    @EventListener
    void entered(Jobs.Entered step) {
        Job job = jobs.asItIsNow(step.job());
        Webhook webhook = job.getRequest().getWebhook();
        JobState state = JobState.fromValue(step.state().name());
        if (webhook != null
                && webhook.getEvents() != null
                && webhook.getEvents().contains(state)) {
            UUID delivery = deliveries.add(
                    step.job(), state.getValue(), webhook.getUrl().toString(), json.writeValueAsString(job));
            queue.add(delivery, clock.instant());
        }
    }
}
