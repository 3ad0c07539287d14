package dev.octet.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.network.NetworkProperties;
import dev.octet.platform.network.ReachableNetworks;
import dev.octet.webhooks.OutsideCall.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** Calls to servers that mean no good. */
class OutsideCallTest {
    private static final Duration TIMEOUT = Duration.ofMillis(700);

    private final OutsideCall allowed = call("127.0.0.1");
    private final OutsideCall strict = call();

    private static OutsideCall call(String... networks) {
        return new OutsideCall(networks(networks), new WebhooksProperties(1, TIMEOUT, TIMEOUT, TIMEOUT, 2, TIMEOUT));
    }

    private static ReachableNetworks networks(String... allowed) {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.registerBean(NetworkProperties.class, () -> new NetworkProperties(List.of(allowed)));
            context.register(ReachableNetworks.class);
            context.refresh();
            return context.getBean(ReachableNetworks.class);
        }
    }

    @AfterEach
    void close() throws IOException {
        allowed.close();
        strict.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "127.1", "[::ffff:127.0.0.1]"})
    void aPrivateAddressIsNotConnectedToWhateverItIsCalled(String host) throws IOException {
        try (Receiver receiver = new Receiver()) {
            String url = receiver.url().replace("127.0.0.1", host);
            Answer answer = strict.post(url, "{}", Map.of());
            assertThat(answer.status()).isNull();
            assertThat(answer.problem()).contains("may be called");
            assertThat(receiver.received()).isEmpty();
            // The very address is what counts, so that the same call gets through where it is allowed.
            assertThat(allowed.post(url, "{}", Map.of()).status()).isEqualTo(200);
        }
    }

    @Test
    void aRedirectIsAnAnswerAndNotFollowed() throws IOException {
        try (Receiver receiver = new Receiver(302)) {
            assertThat(allowed.post(receiver.url(), "{}", Map.of()).status()).isEqualTo(302);
            assertThat(receiver.received()).hasSize(1);
        }
    }

    @Test
    void anAnswerWithoutEndIsNotRead() throws IOException {
        try (RawServer server =
                new RawServer("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", "x".repeat(1000), 0)) {
            assertThat(allowed.post(server.url(), "{}", Map.of())).isEqualTo(new Answer(200, null));
        }
    }

    @Test
    void anAnswerThatDripsIsGivenUp() throws IOException {
        try (RawServer server = new RawServer("HTTP/1.1 200 OK\r\n", "X", 50)) {
            long start = System.nanoTime();
            Answer answer = allowed.post(server.url(), "{}", Map.of());
            assertThat(answer.problem()).contains("no answer within 700 ms");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void headersWithoutEndAreGivenUp() throws IOException {
        try (RawServer server = new RawServer("HTTP/1.1 200 OK\r\n", "A: b\r\n".repeat(1000), 0)) {
            assertThat(allowed.post(server.url(), "{}", Map.of()).problem()).contains("no connection");
        }
    }

    @Test
    void nobodyThereIsSaid() throws IOException {
        String url;
        try (Receiver receiver = new Receiver()) {
            url = receiver.url();
        }
        assertThat(allowed.post(url, "{}", Map.of()).problem()).contains("no connection");
        assertThat(allowed.post("http://nowhere.invalid/", "{}", Map.of()).problem())
                .contains("not known");
    }

    /** Answers with a head and then one text over and over. */
    private static final class RawServer implements AutoCloseable {
        private final ServerSocket socket = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"));

        RawServer(String head, String more, long pauseMillis) throws IOException {
            Thread.ofVirtual().start(() -> serve(head, more, pauseMillis));
        }

        private void serve(String head, String more, long pauseMillis) {
            try (Socket client = socket.accept()) {
                OutputStream out = client.getOutputStream();
                out.write(head.getBytes(StandardCharsets.US_ASCII));
                client.setSoTimeout((int) Math.max(1, pauseMillis));
                while (true) {
                    out.write(more.getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                    if (pauseMillis > 0) {
                        pause(client);
                    }
                }
            } catch (IOException e) {
                // The client has had enough.
                assertThat(e).isNotNull();
            }
        }

        /** Waits by listening to a client that says nothing more. */
        private static void pause(Socket client) throws IOException {
            try {
                while (client.getInputStream().read() >= 0) {
                    // What the client sent at first.
                    assertThat(client.isClosed()).isFalse();
                }
            } catch (SocketTimeoutException e) {
                assertThat(e).isNotNull();
            }
        }

        String url() {
            return "http://127.0.0.1:" + socket.getLocalPort() + "/";
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
