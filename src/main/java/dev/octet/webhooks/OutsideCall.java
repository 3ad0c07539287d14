package dev.octet.webhooks;

import dev.octet.platform.network.ReachableNetworks;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Calls an address that a user has named, and believes nothing it answers.
 *
 * <p>The name is looked up once, and only those of its addresses are connected to that may be: what the name says a moment later
 * changes nothing. Redirects are not followed, no body is read, no proxy, cookie or connection is kept.
 */
@Component
class OutsideCall implements AutoCloseable {
    private static final int MOST_HEADERS = 100;
    private static final int LONGEST_HEADER = 16_384;

    /** What came of a call: a status, or the reason why there is none. */
    record Answer(@Nullable Integer status, @Nullable String problem) {
        boolean isSuccess() {
            return status != null && status >= 200 && status < 300;
        }
    }

    private final CloseableHttpClient client;
    private final long timeoutMillis;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("webhook-deadlines").factory());

    OutsideCall(ReachableNetworks networks, WebhooksProperties properties) {
        this.timeoutMillis = properties.timeout().toMillis();
        Timeout timeout = Timeout.ofMilliseconds(timeoutMillis);
        Http1Config bounds = Http1Config.custom()
                .setMaxHeaderCount(MOST_HEADERS)
                .setMaxLineLength(LONGEST_HEADER)
                .build();
        this.client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(checked(networks))
                        .setMaxConnTotal(properties.concurrency())
                        .setMaxConnPerRoute(properties.concurrency())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(timeout)
                                .setSocketTimeout(timeout)
                                .build())
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(bounds)
                                .build())
                        .build())
                .setConnectionReuseStrategy((_, _, _) -> false)
                .setUserAgent("Octet")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    /** Posts a JSON text; any failure is an answer too. */
    Answer post(String url, String json, Map<String, String> headers) {
        HttpPost request = new HttpPost(url);
        request.setEntity(new StringEntity(json, ContentType.APPLICATION_JSON));
        headers.forEach(request::setHeader);
        ScheduledFuture<?> deadline = deadlines.schedule(request::cancel, timeoutMillis, TimeUnit.MILLISECONDS);
        try (ClassicHttpResponse response = client.executeOpen(null, request, null)) {
            return new Answer(response.getCode(), null);
        } catch (IOException e) {
            return new Answer(null, request.isCancelled() ? "no answer within " + timeoutMillis + " ms" : say(e));
        } finally {
            deadline.cancel(false);
        }
    }

    private static String say(IOException e) {
        return switch (e) {
            case ForbiddenAddress forbidden -> String.valueOf(forbidden.getMessage());
            case UnknownHostException unknown -> "the name is not known: " + unknown.getMessage();
            case SSLException tls -> "no secure connection: " + tls.getMessage();
            case InterruptedIOException late -> "too slow: " + late.getMessage();
            default -> "no connection: " + e.getMessage();
        };
    }

    private static DnsResolver checked(ReachableNetworks networks) {
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                InetAddress[] reachable = Arrays.stream(SystemDefaultDnsResolver.INSTANCE.resolve(host))
                        .filter(networks::mayReach)
                        .toArray(InetAddress[]::new);
                if (reachable.length == 0) {
                    throw new ForbiddenAddress("none of the addresses of " + host + " may be called");
                }
                return reachable;
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
    }

    @Override
    public void close() throws IOException {
        deadlines.shutdownNow();
        client.close();
    }

    /** A name whose addresses may not be called. */
    private static final class ForbiddenAddress extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        ForbiddenAddress(String message) {
            super(message);
        }
    }
}
