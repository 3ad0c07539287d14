package dev.octet.platform.network;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A range of addresses, such as {@code 10.0.0.0/8} or {@code fd00::/8}.
 *
 * @param first an address of the range
 * @param prefix how many of its bits all addresses of the range share
 */
record Network(InetAddress first, int prefix) {
    /**
     * Reads the usual notation; an address alone is the range of itself.
     *
     * @throws IllegalArgumentException if the text is none; names are not looked up
     */
    static Network parse(String text) {
        int slash = text.indexOf('/');
        InetAddress first = literal(slash < 0 ? text : text.substring(0, slash));
        int bits = first.getAddress().length * 8;
        try {
            int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
            if (prefix >= 0 && prefix <= bits) {
                return new Network(first, prefix);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("no network: " + text, e);
        }
        throw new IllegalArgumentException("no network: " + text);
    }

    private static InetAddress literal(String text) {
        try {
            return InetAddress.getByAddress(InetAddress.ofLiteral(text).getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no address: " + text, e);
        }
    }

    boolean contains(InetAddress address) {
        byte[] mine = first.getAddress();
        byte[] other = address.getAddress();
        return mine.length == other.length
                && new BigInteger(1, mine)
                                .xor(new BigInteger(1, other))
                                .shiftRight(mine.length * 8 - prefix)
                                .signum()
                        == 0;
    }
}
