package dev.octet.jobs;

import dev.octet.jobs.feed.JobChanges;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Wakes those who wait for jobs, whichever process changed them.
 *
 * <p>One connection outside the pool listens to the notifications that the database sends with each commit (LISTEN, NOTIFY). Since
 * one may be missed while that connection is down, everybody is woken now and then as well: waking is a hint to look.
 */
@Component
public class JobWatch implements SmartLifecycle, JobChanges {
    private static final Logger LOG = LoggerFactory.getLogger(JobWatch.class);
    private static final int SILENCE_MILLIS = 5_000;
    private static final int RETRY_MILLIS = 1_000;

    /** Taken back by closing it. */
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    private final JdbcConnectionDetails database;
    private final ExecutorService wakers = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<UUID, Set<Runnable>> watches = new ConcurrentHashMap<>();
    private final Set<Runnable> queued = ConcurrentHashMap.newKeySet();
    private final Set<Runnable> closing = ConcurrentHashMap.newKeySet();
    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch stopped = new CountDownLatch(0);
    private @Nullable Thread thread;

    JobWatch(JdbcConnectionDetails database) {
        this.database = database;
    }

    /** Runs {@code look}, on a thread that may block, after each change of the job and now and then. */
    public Watch job(UUID job, Runnable look) {
        watches.compute(job, (_, looks) -> {
            Set<Runnable> all = looks == null ? ConcurrentHashMap.newKeySet() : looks;
            all.add(look);
            return all;
        });
        return () -> watches.computeIfPresent(job, (_, looks) -> {
            looks.remove(look);
            return looks.isEmpty() ? null : looks;
        });
    }

    /** Runs {@code look} whenever a job may have been queued. */
    public Watch queue(Runnable look) {
        queued.add(look);
        return () -> queued.remove(look);
    }

    /** Runs {@code end} when the process begins to stop, before it waits for requests to end. */
    Watch stopping(Runnable end) {
        closing.add(end);
        return () -> closing.remove(end);
    }

    @Override
    public Runnable listen(Listener listener) {
        listeners.add(listener);
        Watch watch = stopping(listener::stopping);
        return () -> {
            listeners.remove(listener);
            watch.close();
        };
    }

    @Override
    public void start() {
        CountDownLatch until = new CountDownLatch(1);
        stopped = until;
        thread = Thread.ofPlatform().daemon().name("job-watch").start(() -> run(until));
    }

    @Override
    public void stop() {
        stopped.countDown();
        closing.forEach(wakers::execute);
        Thread listening = thread;
        if (listening != null) {
            listening.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return stopped.getCount() > 0;
    }

    /** The last to start and the first to stop: who waits here would hold up the end of the web server. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }

    private void run(CountDownLatch until) {
        while (until.getCount() > 0) {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("listen octet_jobs");
                wakeAll();
                listeners.forEach(Listener::missed);
                listen(connection.unwrap(PGConnection.class), until);
            } catch (SQLException e) {
                LOG.debug("no notifications from the database for now", e);
                wakeAll();
            }
            try {
                until.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        put(properties, "user", database.getUsername());
        put(properties, "password", database.getPassword());
        properties.put("ApplicationName", "octet job-watch");
        properties.put("connectTimeout", "5");
        properties.put("tcpKeepAlive", "true");
        return DriverManager.getConnection(database.getJdbcUrl(), properties);
    }

    private static void put(Properties properties, String name, @Nullable String value) {
        if (value != null) {
            properties.put(name, value);
        }
    }

    private void listen(PGConnection connection, CountDownLatch until) throws SQLException {
        while (until.getCount() > 0) {
            PGNotification[] notifications = connection.getNotifications(SILENCE_MILLIS);
            if (notifications == null || notifications.length == 0) {
                wakeAll();
                continue;
            }
            for (PGNotification notification : notifications) {
                String[] words = notification.getParameter().split(" ", 2);
                UUID job = UUID.fromString(words[0]);
                wake(watches.getOrDefault(job, Set.of()));
                listeners.forEach(listener -> listener.changed(job));
                if (words.length > 1 && words[1].equals(State.QUEUED.name())) {
                    wake(queued);
                }
            }
        }
    }

    private void wakeAll() {
        watches.values().forEach(this::wake);
        wake(queued);
    }

    private void wake(Set<Runnable> looks) {
        looks.forEach(look -> wakers.execute(() -> {
            try {
                look.run();
            } catch (RuntimeException e) {
                LOG.debug("who was woken failed to look; the next waking tries again", e);
            }
        }));
    }
}
