package dev.octet;

import dev.octet.client.ClientCommand;
import dev.octet.engine.EngineCommand;
import dev.octet.engine.EngineVersion;
import dev.octet.platform.Role;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The entry point of service, workers, engine command and client alike. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class Octet {
    /** What is answered to a word that is not known; exit code 64 as sysexits(3) has it. */
    private static final int USAGE = 64;

    private static final String HELP = """
        usage: octet [serve | web | worker] [--property=value ...]
               octet engine <command> [options]
               octet --help | --version
               octet login | upload | quantize | watch | report | download | jobs | cancel | completion [options]

          serve    answer HTTP and run jobs (default)
          web      answer HTTP only; the queue is left to workers
          worker   run jobs only; answers health and metrics
          engine   quantize here and now, without a service: see 'octet engine --help'
          others   use a service that runs elsewhere: see 'octet quantize --help'

        Often used: --octet.data=FOLDER (default ~/.octet), --server.port=8080,
        --spring.datasource.url=jdbc:postgresql://... (default: a PostgreSQL of its own in the data folder)\
        """;

    /** Starts what the first word asks for; words that begin with "--" are properties of Spring Boot. */
    public static void main(String[] args) {
        boolean named = args.length > 0 && !args[0].startsWith("-");
        String word = named ? args[0] : Role.SERVE.word();
        String[] rest = named ? Arrays.copyOfRange(args, 1, args.length) : args;
        Optional<Role> role = Role.named(word);
        if (args.length > 0 && args[0].equals("--help")) {
            say(System.out, HELP);
        } else if (List.of(args).contains("--version")) {
            say(System.out, String.join("\n", new EngineVersion().getVersion()));
        } else if (role.isPresent()) {
            serve(role.get(), rest);
        } else if (word.equals("engine")) {
            // The engine's standard output carries its protocol, so its log goes elsewhere.
            System.setProperty("logback.configurationFile", "logback-engine.xml");
            EngineCommand.main(rest);
        } else if (ClientCommand.WORDS.contains(word)) {
            ClientCommand.main(args);
        } else {
            say(System.err, "octet: unknown word '" + word + "'\n" + HELP);
            System.exit(USAGE);
        }
    }

    private static void serve(Role role, String[] properties) {
        for (String property : properties) {
            if (!property.startsWith("--")) {
                say(System.err, "octet: unknown word '" + property + "' after the role\n" + HELP);
                System.exit(USAGE);
            }
        }
        SpringApplication application = new SpringApplication(Octet.class);
        String[] arguments = Arrays.copyOf(properties, properties.length + 1);
        arguments[properties.length] = "--octet.role=" + role.word();
        application.run(arguments);
    }

    private static void say(PrintStream to, String text) {
        to.println(text);
    }
}
