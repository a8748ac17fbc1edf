package org.reactivesessions.orders.evidence;

import java.nio.charset.StandardCharsets;

/** A request as bytes, for clients that are no HTTP clients. */
final class RawRequest {

    private RawRequest() {}

    static byte[] transfer(long from, long to, long amount) {
        String body = "{\"from\":" + from + ",\"to\":" + to + ",\"amount\":" + amount + "}";
        return ("POST /transfers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** How many of its bytes end in the middle of its body. */
    static int halfOfBody(byte[] request) {
        int body = new String(request, StandardCharsets.US_ASCII).indexOf("\r\n\r\n") + 4;
        return body + (request.length - body) / 2;
    }
}
