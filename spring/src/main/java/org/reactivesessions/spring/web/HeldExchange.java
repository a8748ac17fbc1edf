package org.reactivesessions.spring.web;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;

/** The exchange inside the transaction of a request: its body is here, its answer is held back. */
final class HeldExchange extends ServerWebExchangeDecorator {

    private final ServerHttpRequest request;
    private final HeldResponse response;

    HeldExchange(ServerWebExchange outside, ServerHttpRequest request, HeldResponse response) {
        super(outside);
        this.request = request;
        this.response = response;
    }

    @Override
    public ServerHttpRequest getRequest() {
        return request;
    }

    @Override
    public ServerHttpResponse getResponse() {
        return response;
    }

    /** The exchange outside says so to its own response. */
    private boolean adopted(boolean notModified) {
        response.adopt(getDelegate().getResponse());
        return notModified;
    }

    @Override
    public boolean checkNotModified(Instant lastModified) {
        return adopted(super.checkNotModified(lastModified));
    }

    @Override
    public boolean checkNotModified(String eTag) {
        return adopted(super.checkNotModified(eTag));
    }

    @Override
    public boolean checkNotModified(@Nullable String eTag, Instant lastModified) {
        return adopted(super.checkNotModified(eTag, lastModified));
    }
}
