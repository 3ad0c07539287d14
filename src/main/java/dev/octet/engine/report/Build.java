package dev.octet.engine.report;

import dev.octet.engine.scheme.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Properties;

/**
 * What this Octet was built from.
 *
 * @param version the version of the release, or of the one to come
 * @param commit the short id of the commit; empty where it was built without the repository
 */
public record Build(String version, Optional<String> commit) {

    /** Reads what the build wrote into its resources. */
    public static Build ofThis() {
        Properties properties = new Properties();
        try (InputStream in = Build.class.getResourceAsStream("/octet-build.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw EngineException.ofIo("The build's properties can't be read", e);
        }
        String commit = properties.getProperty("commit", "");
        return new Build(
                properties.getProperty("version", "unknown"),
                commit.matches("[0-9a-f]+") ? Optional.of(commit) : Optional.empty());
    }

    /** Such as {@code 1.2.0 (commit 04a7d49)}. */
    @Override
    public String toString() {
        return version + commit.map(id -> " (commit " + id + ")").orElse("");
    }
}
