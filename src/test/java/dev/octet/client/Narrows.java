package dev.octet.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;

/** A way to a server on which only so many bytes get through until it is told to let more pass. */
final class Narrows implements AutoCloseable {
    private final ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final URI server;
    private final AtomicLong passed = new AtomicLong();
    private final Object gate = new Object();
    private long limit;

    Narrows(URI server, long limit) throws IOException {
        this.server = server;
        this.limit = limit;
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "http://localhost:" + entrance.getLocalPort();
    }

    /** Whether somebody waits for more to pass. */
    boolean isFull() {
        synchronized (gate) {
            return passed.get() >= limit;
        }
    }

    /** Lets so many more bytes pass. */
    void pass(long more) {
        synchronized (gate) {
            limit = passed.get() + more;
            gate.notifyAll();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = entrance.accept();
                Thread.ofVirtual().start(() -> connect(client));
            }
        } catch (IOException e) {
            // Closed.
            Thread.currentThread().interrupt();
        }
    }

    private void connect(Socket client) {
        try (client;
                Socket to = new Socket(server.getHost(), server.getPort())) {
            Thread back = Thread.ofVirtual().start(() -> pump(to, client, false));
            pump(client, to, true);
            back.join();
        } catch (IOException e) {
            // The server is away: the client sees its connection closed.
            close(client);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pump(Socket from, Socket to, boolean narrow) {
        byte[] buffer = new byte[1 << 16];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (narrow) {
                    await();
                    passed.addAndGet(n);
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            close(from);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // One way is over, so is the other: nobody here half-closes.
        close(to);
    }

    private void await() throws InterruptedException {
        synchronized (gate) {
            while (passed.get() >= limit) {
                gate.wait();
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        pass(Long.MAX_VALUE / 2);
    }
}
