package dev.octet.webhooks;

import dev.octet.jobs.Jobs;
import dev.octet.platform.InRole;
import dev.octet.platform.Role;
import dev.octet.platform.api.WebhooksApi;
import dev.octet.platform.api.model.JobDeliveryList;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

/** What was told to others about a job, over HTTP. */
@RestController
@InRole(Role.WEB)
class WebhooksEndpoint implements WebhooksApi {
    private final Jobs jobs;
    private final Deliveries deliveries;

    WebhooksEndpoint(Jobs jobs, Deliveries deliveries) {
        this.jobs = jobs;
        this.deliveries = deliveries;
    }

    @Override
    public ResponseEntity<JobDeliveryList> listJobDeliveries(UUID id) {
        jobs.require(id);
        return ResponseEntity.ok(new JobDeliveryList(deliveries.of(id)));
    }
}
