package dev.octet.platform;

import dev.octet.platform.database.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * One empty database for a test, on the one server that all tests of a run share.
 *
 * <p>The server is a container where Docker answers, else the embedded one; the log says which.
 *
 * @param url where it is, for JDBC
 * @param user who may use it
 * @param password the password
 */
public record TestDatabase(String url, String user, String password) {
    private static final Logger LOG = LoggerFactory.getLogger(TestDatabase.class);
    private static final AtomicInteger COUNT = new AtomicInteger();

    /** A new, empty database. */
    public static TestDatabase create() {
        TestDatabase server = Server.INSTANCE;
        String name = "test_" + ProcessHandle.current().pid() + "_" + COUNT.incrementAndGet();
        server.execute("create database " + name);
        return new TestDatabase(
                server.url.substring(0, server.url.lastIndexOf('/') + 1) + name, server.user, server.password);
    }

    /** Runs one statement in the database. */
    public void execute(String sql) {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Started by the first who asks, stopped when the tests' process ends. */
    private static final class Server {
        static final TestDatabase INSTANCE = start();

        private static TestDatabase start() {
            if (DockerClientFactory.instance().isDockerAvailable()) {
                LOG.info("tests run on PostgreSQL in a container");
                PostgreSQLContainer container = new PostgreSQLContainer("postgres:18-alpine");
                container.start();
                return new TestDatabase(container.getJdbcUrl(), container.getUsername(), container.getPassword());
            }
            LOG.info("Docker does not answer: tests run on the embedded PostgreSQL");
            return embedded();
        }

        private static TestDatabase embedded() {
            try {
                Path folder = Files.createTempDirectory("service-test-postgres");
                PostgresServer server = PostgresServer.start(folder);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, folder)));
                return new TestDatabase(server.url(), PostgresServer.NAME, server.password());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void stop(PostgresServer server, Path folder) {
            try {
                server.close();
                FileSystemUtils.deleteRecursively(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
