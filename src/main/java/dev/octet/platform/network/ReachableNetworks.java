package dev.octet.platform.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * The addresses that may be called when a user names one: the public ones, and those that the operator allows.
 *
 * <p>What is not public comes from the IANA registries of special-purpose addresses (RFC 6890 and its updates).
 */
@Component
public final class ReachableNetworks {
    private static final List<Network> PRIVATE = networks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
            // Of IPv6 only 2000::/3 is global; in it are these, some of which carry an IPv4 address.
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "2620:4f:8000::/48",
            "3fff::/20");

    private static final Network GLOBAL_UNICAST = Network.parse("2000::/3");

    private final List<Network> allowed;

    ReachableNetworks(NetworkProperties properties) {
        this.allowed = properties.allowedNetworks().stream().map(Network::parse).toList();
    }

    private static List<Network> networks(String... texts) {
        return Stream.of(texts).map(Network::parse).toList();
    }

    /** Whether the service may connect to this very address. */
    public boolean mayReach(InetAddress address) {
        return isIn(allowed, address) || isPublic(address);
    }

    private static boolean isPublic(InetAddress address) {
        // Java has made an IPv4 address of a mapped one (::ffff:0:0/96) already.
        return (address instanceof Inet4Address || GLOBAL_UNICAST.contains(address)) && !isIn(PRIVATE, address);
    }

    private static boolean isIn(List<Network> networks, InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    /**
     * Whether a host may be called as far as its text tells; nothing is looked up.
     *
     * @param host a name or literal address, in brackets or not
     */
    public boolean mayName(String host) {
        String plain = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        String name = plain.toLowerCase(Locale.ROOT).replaceAll("\\.$", "");
        if (name.equals("localhost") || name.endsWith(".localhost")) {
            return mayReach(InetAddress.getLoopbackAddress());
        }
        return literal(name).map(this::mayReach).orElse(true);
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
