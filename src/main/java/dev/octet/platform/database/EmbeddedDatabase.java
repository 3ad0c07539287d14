package dev.octet.platform.database;

import dev.octet.platform.DataFolder;
import dev.octet.platform.OctetProperties;
import java.io.IOException;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/** Wires the data folder, and a PostgreSQL in it where no other is named. */
@Configuration(proxyBeanMethods = false)
class EmbeddedDatabase {
    private static final String URL = "spring.datasource.url";

    @Bean
    DataFolder dataFolder(OctetProperties properties, Environment environment) {
        return DataFolder.hold(properties.folder(), !StringUtils.hasText(environment.getProperty(URL)));
    }

    @Bean
    @Conditional(NoOther.class)
    PostgresServer postgresServer(DataFolder folder) throws IOException {
        return PostgresServer.start(folder.path().resolve("postgres"));
    }

    /** As connection details, so that pool, migration and all that follows wait for the server and end before it. */
    @Bean
    @Conditional(NoOther.class)
    JdbcConnectionDetails embeddedConnection(PostgresServer server) {
        return new JdbcConnectionDetails() {
            @Override
            public String getUsername() {
                return PostgresServer.NAME;
            }

            @Override
            public String getPassword() {
                return server.password();
            }

            @Override
            public String getJdbcUrl() {
                return server.url();
            }
        };
    }

    /** Holds where no database is named. */
    static final class NoOther implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !StringUtils.hasText(context.getEnvironment().getProperty(URL));
        }
    }
}
