package dev.octet.platform;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Says at start-up where the service is and where it keeps its data. */
@Component
class Announcement {
    private static final Logger LOG = LoggerFactory.getLogger(Announcement.class);

    private final OctetProperties properties;
    private final DataFolder data;
    private final Environment environment;

    Announcement(OctetProperties properties, DataFolder data, Environment environment) {
        this.properties = properties;
        this.data = data;
        this.environment = environment;
    }

    @EventListener(ApplicationReadyEvent.class)
    void ready() {
        String port = environment.getProperty("local.server.port", "?");
        LOG.info("Octet is ready ({}): http://localhost:{}", properties.role(), port);
        LOG.info("its HTTP interface: http://localhost:{}/swagger-ui", port);
        LOG.info("its data: {}", data.path());
    }
}
