package dev.octet.client.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What the client remembers between calls, in a folder that only its user can read. */
public final class Settings {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path folder;

    /** @param folder where the files are; made when something is written */
    public Settings(Path folder) {
        this.folder = folder;
    }

    /** The user's own: OCTET_CONFIG, or {@code octet} in the folder where the system keeps configuration. */
    public static Settings ofUser(Map<String, String> environment) {
        if (environment.containsKey("OCTET_CONFIG")) {
            return new Settings(Path.of(environment.get("OCTET_CONFIG")));
        }
        String home = environment.getOrDefault("XDG_CONFIG_HOME", environment.getOrDefault("APPDATA", ""));
        Path parent = home.isEmpty() ? Path.of(System.getProperty("user.home"), ".config") : Path.of(home);
        return new Settings(parent.resolve("octet"));
    }

    /** The server to use where no other is named. */
    public Optional<String> server() {
        return text(read("servers"), "server");
    }

    /** The token for that server, and for no other. */
    public Optional<String> token(String server) {
        return read("servers").get("tokens") instanceof ObjectNode tokens ? text(tokens, server) : Optional.empty();
    }

    /** Makes that server the one to use; an empty token forgets the one before. */
    public void login(String server, Optional<String> token) {
        ObjectNode servers = read("servers");
        servers.put("server", server);
        ObjectNode tokens = servers.withObjectProperty("tokens");
        token.ifPresentOrElse(text -> tokens.put(server, text), () -> tokens.remove(server));
        write("servers", servers);
    }

    /** The address of an upload that has begun, by what names it. */
    Optional<String> upload(String key) {
        return text(read("uploads"), key);
    }

    void rememberUpload(String key, String address) {
        ObjectNode uploads = read("uploads");
        uploads.put(key, address);
        write("uploads", uploads);
    }

    void forgetUpload(String key) {
        ObjectNode uploads = read("uploads");
        if (uploads.remove(key) != null) {
            write("uploads", uploads);
        }
    }

    private static Optional<String> text(ObjectNode node, String key) {
        return node.has(key) ? Optional.of(node.path(key).asString("")) : Optional.empty();
    }

    private ObjectNode read(String name) {
        Path file = folder.resolve(name + ".json");
        try {
            return Files.exists(file) && JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode object
                    ? object
                    : JSON.createObjectNode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Private from its first byte on, and whole or not there. */
    private void write(String name, ObjectNode content) {
        try {
            Files.createDirectories(folder, access("rwx------"));
            Path draft = Files.createTempFile(folder, name, ".new", access("rw-------"));
            try {
                Files.write(draft, content.toPrettyString().getBytes(StandardCharsets.UTF_8));
                Files.move(draft, folder.resolve(name + ".json"), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileAttribute<?>[] access(String permissions) {
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
