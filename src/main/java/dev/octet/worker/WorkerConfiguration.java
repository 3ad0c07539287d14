package dev.octet.worker;

import dev.octet.platform.Ids;
import dev.octet.platform.InRole;
import dev.octet.platform.Role;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the worker's name and what the service's health says of workers. */
@Configuration(proxyBeanMethods = false)
class WorkerConfiguration {
    @Bean
    @InRole(Role.WORKER)
    WorkerName workerName(Ids ids) {
        return new WorkerName(ids.next(), host() + "/" + ProcessHandle.current().pid());
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** Whether this process takes jobs; of one that does not, which workers do. */
    @Bean
    HealthIndicator workerHealthIndicator(
            ObjectProvider<Worker> own, ObjectProvider<WorkerRegistry> registry, LiveWorkers others) {
        return () -> {
            Worker worker = own.getIfAvailable();
            WorkerRegistry beats = registry.getIfAvailable();
            boolean up = worker == null || beats == null || (worker.isRunning() && beats.isBeating());
            List<String> live =
                    others.all().stream().map(LiveWorkers.Live::name).toList();
            return (up ? Health.up() : Health.down()).withDetail("live", live).build();
        };
    }
}
