package dev.octet.platform;

import java.time.Clock;
import java.util.random.RandomGenerator;
import org.hibernate.cfg.MappingSettings;
import org.hibernate.type.format.jackson.Jackson3JsonFormatMapper;
import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Wires what every feature needs: time, identifiers, JSON columns. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class PlatformConfiguration {
    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    RandomGenerator chance() {
        return RandomGenerator.getDefault();
    }

    @Bean
    Ids ids(Clock clock) {
        return new Ids(clock);
    }

    /** Whole numbers in JSON columns come back as {@code Long} wherever the Java type leaves it open. */
    @Bean
    HibernatePropertiesCustomizer jsonColumns() {
        JsonMapper mapper = JsonMapper.builder()
                .enable(DeserializationFeature.USE_LONG_FOR_INTS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        return properties -> properties.put(MappingSettings.JSON_FORMAT_MAPPER, new Jackson3JsonFormatMapper(mapper));
    }
}
