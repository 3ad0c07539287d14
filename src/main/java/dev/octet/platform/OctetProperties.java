package dev.octet.platform;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a process of the service is and where it keeps things.
 *
 * @param role which part of the service this process is
 * @param data folder of everything that must outlive the process; a leading {@code ~} is the user's home
 * @param maxUploadSize the most bytes that an upload may have
 * @param maxBodySize the most bytes that any other request body may have
 */
@ConfigurationProperties("octet")
public record OctetProperties(
        @DefaultValue("serve") Role role,
        @DefaultValue("~/.octet") String data,
        @DefaultValue("8GB") DataSize maxUploadSize,
        @DefaultValue("1MB") DataSize maxBodySize) {

    /** The data folder as an absolute path. */
    public Path folder() {
        boolean home = data.equals("~") || data.startsWith("~/");
        return home
                ? Path.of(System.getProperty("user.home"), data.substring(1)).normalize()
                : Path.of(data).toAbsolutePath().normalize();
    }
}
