package dev.octet.dashboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The way from a browser to the service, which can be cut. */
final class Wire implements AutoCloseable {
    private final URI service;
    private final ServerSocket entrance;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    private Wire(URI service, ServerSocket entrance) {
        this.service = service;
        this.entrance = entrance;
    }

    /** A wire to the service there. */
    static Wire to(URI service) throws IOException {
        Wire wire = new Wire(service, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().start(wire::accept);
        return wire;
    }

    /** Where a browser finds the service at the other end. */
    URI end() {
        return URI.create("http://localhost:" + entrance.getLocalPort());
    }

    /** Breaks all connections and lets no new one through. */
    void cut() {
        cut = true;
        sockets.forEach(Wire::close);
    }

    /** Lets connections through again. */
    void mend() {
        cut = false;
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket browser = entrance.accept();
                if (cut) {
                    browser.close();
                } else {
                    Thread.ofVirtual().start(() -> join(browser));
                }
            } catch (IOException e) {
                // Closed, or a browser that thought better of it.
            }
        }
    }

    private void join(Socket browser) {
        try (browser;
                Socket server = new Socket(service.getHost(), service.getPort())) {
            sockets.add(browser);
            sockets.add(server);
            Thread back = Thread.ofVirtual().start(() -> carry(server, browser));
            carry(browser, server);
            back.join();
            sockets.remove(browser);
            sockets.remove(server);
        } catch (IOException e) {
            close(browser);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void carry(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // Cut, or one of both went away: then both do.
        }
        close(from);
        close(to);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        cut();
    }
}
