package dev.octet.platform.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReachableNetworksTest {
    private static ReachableNetworks allowing(String... networks) {
        return new ReachableNetworks(new NetworkProperties(List.of(networks)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "0.0.0.0",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "100.127.255.255",
                "192.0.0.8",
                "198.18.0.1",
                "198.19.255.255",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:10.0.0.1",
                "::ffff:7f00:1",
                "::10.0.0.1",
                "64:ff9b::a00:1",
                "2002:a00:1::",
                "2001:0:a00:1::",
                "2001:db8::1",
                "fc00::1",
                "fdff::1",
                "fe80::1",
                "fec0::1",
                "ff02::1"
            })
    void whatIsNotPublicIsNotReached(String address) {
        assertThat(allowing().mayReach(InetAddress.ofLiteral(address))).isFalse();
        assertThat(allowing().mayName(address)).isFalse();
        assertThat(allowing().mayName("[" + address + "]")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "223.255.255.255",
                "::ffff:8.8.8.8",
                "2606:4700::1111",
                "2a00:1450::1"
            })
    void whatIsPublicIsReached(String address) {
        assertThat(allowing().mayReach(InetAddress.ofLiteral(address))).isTrue();
        assertThat(allowing().mayName(address)).isTrue();
    }

    @Test
    void namesOfThisMachineAreKnownForWhatTheyAre() {
        for (String name : List.of("localhost", "LOCALHOST", "localhost.", "a.localhost", "2130706433", "127.1")) {
            assertThat(allowing().mayName(name)).as(name).isFalse();
        }
        assertThat(allowing("127.0.0.0/8").mayName("localhost")).isTrue();
        assertThat(allowing().mayName("example.org")).isTrue();
    }

    @Test
    void anAllowedNetworkIsReachedToItsEdges() throws UnknownHostException {
        ReachableNetworks some = allowing("10.1.0.0/16", "fd00:1::/32", "192.168.7.7");
        assertThat(some.mayReach(InetAddress.ofLiteral("10.1.0.0"))).isTrue();
        assertThat(some.mayReach(InetAddress.ofLiteral("10.1.255.255"))).isTrue();
        assertThat(some.mayReach(InetAddress.ofLiteral("10.0.255.255"))).isFalse();
        assertThat(some.mayReach(InetAddress.ofLiteral("10.2.0.0"))).isFalse();
        assertThat(some.mayReach(InetAddress.ofLiteral("fd00:1:ffff::1"))).isTrue();
        assertThat(some.mayReach(InetAddress.ofLiteral("fd00:2::1"))).isFalse();
        assertThat(some.mayReach(InetAddress.ofLiteral("192.168.7.7"))).isTrue();
        assertThat(some.mayReach(InetAddress.ofLiteral("192.168.7.8"))).isFalse();
        // As bytes from the name service, too, a mapped address is what it stands for.
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 9, 0, 1};
        assertThat(some.mayReach(InetAddress.getByAddress(mapped))).isFalse();
        assertThat(allowing("0.0.0.0/0").mayReach(InetAddress.ofLiteral("10.9.0.1")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "example.org", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "fd00::/129", "10.0.0.0/"})
    void whatIsNoNetworkIsRefusedAtStartUp(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> allowing(text));
    }
}
