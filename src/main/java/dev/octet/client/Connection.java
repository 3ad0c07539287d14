package dev.octet.client;

import dev.octet.client.server.Server;
import dev.octet.client.server.Settings;
import java.io.PrintStream;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** What every command says of the server and of its own output. */
final class Connection {
    private static final String DEFAULT = "http://localhost:8080";

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "the server (default: OCTET_SERVER, else that of the last login, else " + DEFAULT + ")")
    private @Nullable String server;

    @Option(names = "--json", description = "print JSON for programs instead of text for people")
    private boolean json;

    private final Map<String, String> environment = System.getenv();

    /** What is remembered between calls. */
    Settings settings() {
        return Settings.ofUser(environment);
    }

    /** The server; a token goes only to the server that it was given for, or that is named beside it. */
    Server server() {
        String address = address();
        String token = environment.containsKey("OCTET_TOKEN")
                ? environment.get("OCTET_TOKEN")
                : settings().token(address).orElse(null);
        return new Server(URI.create(address), token);
    }

    private String address() {
        if (server != null) {
            return normal(server);
        }
        String named = environment.get("OCTET_SERVER");
        return normal(named != null ? named : settings().server().orElse(DEFAULT));
    }

    /**
     * An address as it is remembered: without a slash at its end.
     *
     * @throws UsageException if it is none
     */
    static String normal(String address) {
        String plain = address.replaceAll("/+$", "");
        if (!plain.matches("https?://[^/?#\\s@]+(/[^?#\\s]*)?")) {
            throw new UsageException("'" + address + "' is no address of a server, such as https://octet.example.org");
        }
        return plain;
    }

    boolean isJson() {
        return json;
    }

    /** Prints the answer for programs, or has it printed for people. */
    void print(JsonNode answer, Runnable forPeople) {
        if (json) {
            out().println(answer.toPrettyString());
        } else {
            forPeople.run();
        }
    }

    /** Where answers go; everything else goes to standard error. */
    static PrintStream out() {
        return System.out;
    }
}
