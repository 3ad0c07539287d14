package dev.octet.platform.network;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which addresses beside the public ones the service may call.
 *
 * @param allowedNetworks ranges such as {@code 10.1.0.0/16}
 */
@ConfigurationProperties("octet.outbound")
public record NetworkProperties(@DefaultValue List<String> allowedNetworks) {}
