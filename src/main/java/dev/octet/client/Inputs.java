package dev.octet.client;

import dev.octet.client.server.Server;
import dev.octet.client.server.Upload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** Models and datasets as people name them: by id where they are on the server, by file where they are not. */
final class Inputs {
    private final Connection connection;
    private final Server server;

    Inputs(Connection connection, Server server) {
        this.connection = connection;
        this.server = server;
    }

    /** The id of what is named, uploaded first where it is a file. */
    String id(String kind, String named) {
        Path file = Path.of(named);
        if (Files.isRegularFile(file)) {
            return upload(kind, file, file.getFileName().toString()).path("id").asString("");
        }
        try {
            return UUID.fromString(named).toString();
        } catch (IllegalArgumentException e) {
            throw new UsageException("'" + named + "' is neither a file nor the id of a " + kind);
        }
    }

    /** Uploads the file and tells how far it is. */
    JsonNode upload(String kind, Path file, String name) {
        ProgressLine line = new ProgressLine(System.err);
        try {
            return new Upload(file, kind, name)
                    .to(server, connection.settings(), (done, total) -> line.show(name, done, total));
        } finally {
            line.end();
        }
    }
}
