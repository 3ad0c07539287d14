package dev.octet.client;

import dev.octet.client.server.Server;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Remembers a server, and the token for it. */
@Command(
        name = "login",
        mixinStandardHelpOptions = true,
        description = "Remembers a server, and a token where it wants one. Tokens are asked for or read from standard"
                + " input, never taken from the command line, which others can see.")
final class LoginCommand implements Callable<Integer> {
    private static final int LONGEST_TOKEN = 4096;

    @Parameters(paramLabel = "URL", description = "the server, such as https://octet.example.org")
    private String address = "";

    @Option(names = "--token", description = "ask for a token")
    private boolean ask;

    @Option(names = "--token-stdin", description = "read the token from standard input")
    private boolean read;

    private final Connection connection = new Connection();

    @Override
    public Integer call() {
        String server = Connection.normal(address);
        Optional<String> token = read ? Optional.of(fromInput()) : ask ? Optional.of(fromTerminal()) : Optional.empty();
        // Whatever is wrong with address or token shows here.
        new Server(URI.create(server), token.orElse(null)).get("v1/jobs?limit=1");
        connection.settings().login(server, token);
        Connection.out().println("logged in to " + server);
        return ExitCode.SUCCESS.number();
    }

    private static String fromInput() {
        try {
            return required(new String(System.in.readNBytes(LONGEST_TOKEN), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Error Prone holds that there is always a console since JDK 22; without jdk.internal.le there is none. */
    @SuppressWarnings("SystemConsoleNull")
    private static String fromTerminal() {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new UsageException("there is no terminal to ask on: use --token-stdin");
        }
        char[] typed = console.readPassword("Token: ");
        return required(typed == null ? "" : new String(typed));
    }

    private static String required(String text) {
        String token = text.strip();
        if (!token.matches("[\\x21-\\x7E]+")) {
            throw new UsageException("that is no token");
        }
        return token;
    }
}
