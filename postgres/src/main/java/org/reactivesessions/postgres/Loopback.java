package org.reactivesessions.postgres;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/** Which hosts are this machine, where nobody is between us and the server. Nothing is looked up. Stateless. */
final class Loopback {

    private static final String NAME = "localhost";

    private Loopback() {}

    /**
     * Tells whether a host is this machine for certain.
     *
     * @param host a name, or an address, one of version 6 also in brackets
     * @return {@code true} for {@code localhost}, 127.0.0.0/8 and ::1; {@code false} for every other name, whatever it resolves to
     */
    static boolean is(String host) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        if (address == null) {
            return host.toLowerCase(Locale.ROOT).equals(NAME); // and no letter that is only like one of these
        }
        try {
            return InetAddress.getByAddress(address).isLoopbackAddress();
        } catch (UnknownHostException impossible) {
            return false;
        }
    }
}
