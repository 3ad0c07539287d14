package dev.octet.platform.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of our own in one folder.
 *
 * <p>It listens on the loopback address alone, asks for a password, and keeps every promise of durability
 * ({@code fsync} and {@code synchronous_commit} on). It lives as long as this object, and not longer than this process.
 */
public final class PostgresServer implements AutoCloseable {
    /** Name of the role and of the database. */
    public static final String NAME = "octet";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);

    private final Path folder;
    private final Path data;
    private final Programs programs;
    private final int port;
    private final String password;
    private @Nullable Watchdog watchdog;
    private boolean closed;

    private PostgresServer(Path folder, Programs programs, int port, String password) {
        this.folder = folder;
        this.data = folder.resolve("data");
        this.programs = programs;
        this.port = port;
        this.password = password;
    }

    /**
     * Starts the server, after making its data directory at the first time.
     *
     * @param folder its folder, which nobody else uses: programs, data, log, password
     * @throws IOException if it does not start, with what the server said
     */
    public static PostgresServer start(Path folder) throws IOException {
        Files.createDirectories(folder);
        Programs programs = new Programs(PostgresBinaries.unpack(folder), folder);
        Path secret = folder.resolve("password");
        if (!Files.isDirectory(folder.resolve("data"))) {
            make(folder, programs, secret);
        }
        PostgresServer server = new PostgresServer(
                folder, programs, freePort(), Files.readString(secret).strip());
        Postmaster.clear(server.data, () -> server.programs.run("pg_ctl", server.stopArguments()));
        server.configure();
        server.launch();
        server.makeDatabase();
        return server;
    }

    private static void make(Path folder, Programs programs, Path secret) throws IOException {
        LOG.info("making a PostgreSQL database in {}", folder);
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        Files.deleteIfExists(secret);
        Files.createFile(secret);
        if (secret.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        }
        Files.writeString(secret, HexFormat.of().formatHex(random));
        Path half = folder.resolve("data.half");
        PostgresBinaries.delete(half);
        programs.run(
                "initdb",
                List.of(
                        "--pgdata=" + half,
                        "--username=" + NAME,
                        "--auth=scram-sha-256",
                        "--pwfile=" + secret,
                        "--encoding=UTF-8",
                        "--locale=C.UTF-8"));
        Files.writeString(half.resolve("postgresql.conf"), "\ninclude 'octet.conf'\n", StandardOpenOption.APPEND);
        Files.move(half, folder.resolve("data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void configure() throws IOException {
        Files.writeString(data.resolve("octet.conf"), """
            # written at each start
            listen_addresses = '127.0.0.1'
            port = %d
            unix_socket_directories = ''
            max_connections = 60
            fsync = on
            synchronous_commit = on
            full_page_writes = on
            timezone = 'UTC'
            lc_messages = 'C'
            logging_collector = on
            log_directory = '../log'
            log_filename = 'postgresql-%%a.log'
            log_truncate_on_rotation = on
            log_rotation_age = 1d
            log_rotation_size = 0
            """.formatted(port));
    }

    private void launch() throws IOException {
        if (Watchdog.isPossible() && watchdog == null) {
            watchdog = Watchdog.over(data);
        }
        programs.run(
                "pg_ctl",
                List.of(
                        "start",
                        "-D",
                        data.toString(),
                        "-w",
                        "-t",
                        "60",
                        "-l",
                        folder.resolve("start.log").toString()));
        ProcessHandle postmaster =
                Postmaster.of(data).orElseThrow(() -> new IOException("PostgreSQL has ended right after its start"));
        LOG.info("PostgreSQL runs on port {} of the loopback address, data in {}", port, data);
        Thread.ofVirtual().name("postgres-exit").start(() -> {
            postmaster.onExit().join();
            revive();
        });
    }

    /** Brings a server back that died under us: killed, or out of memory. */
    private synchronized void revive() {
        if (!closed) {
            LOG.error("PostgreSQL has died; starting it again");
            try {
                Postmaster.clear(data, () -> programs.run("pg_ctl", stopArguments()));
                launch();
            } catch (IOException e) {
                LOG.error("PostgreSQL does not start again; restart the service", e);
            }
        }
    }

    private void makeDatabase() throws IOException {
        try (Connection connection = DriverManager.getConnection(url("postgres"), NAME, password);
                Statement statement = connection.createStatement()) {
            try (var found = statement.executeQuery("select 1 from pg_database where datname = '" + NAME + "'")) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute("create database " + NAME);
        } catch (SQLException e) {
            throw new IOException("PostgreSQL in " + data + " does not let us in: " + e.getMessage(), e);
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** Where the service's database is to be reached. */
    public String url() {
        return url(NAME);
    }

    public String password() {
        return password;
    }

    private List<String> stopArguments() {
        return List.of("stop", "-D", data.toString(), "-m", "fast", "-w", "-t", "60");
    }

    /** Stops the server in order; clients are cut off, what was committed is on the disk. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        Postmaster.stop(data, () -> programs.run("pg_ctl", stopArguments()));
        if (watchdog != null) {
            watchdog.close();
        }
    }
}
