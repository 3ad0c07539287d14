package dev.octet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class RoleTest {
    @Configuration(proxyBeanMethods = false)
    static class Parts {
        @Bean
        @InRole(Role.WEB)
        String web() {
            return "web";
        }

        @Bean
        @InRole(Role.WORKER)
        String worker() {
            return "worker";
        }
    }

    private final ApplicationContextRunner process = new ApplicationContextRunner().withUserConfiguration(Parts.class);

    @Test
    void serveIsBothPartsAndTheDefault() {
        process.run(context -> assertThat(context).hasBean("web").hasBean("worker"));
        process.withPropertyValues("octet.role=serve")
                .run(context -> assertThat(context).hasBean("web").hasBean("worker"));
    }

    @Test
    void webAndWorkerAreOnePartEach() {
        process.withPropertyValues("octet.role=web")
                .run(context -> assertThat(context).hasBean("web").doesNotHaveBean("worker"));
        process.withPropertyValues("octet.role=worker")
                .run(context -> assertThat(context).hasBean("worker").doesNotHaveBean("web"));
    }

    @Test
    void rolesAreWrittenInLowerCase() {
        assertThat(Role.named("web")).contains(Role.WEB);
        assertThat(Role.named("WEB")).isEmpty();
        assertThat(Role.named("")).isEmpty();
        assertThat(Role.named("engine")).isEmpty();
    }
}
