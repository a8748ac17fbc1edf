package org.reactivesessions.spring.web;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseCookie;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** What a functional handler has answered in a transaction that has ended. */
record HeldAnswer(HeldResponse held) implements ServerResponse {

    @Override
    public HttpStatusCode statusCode() {
        HttpStatusCode status = held.getStatusCode();
        return status == null ? HttpStatus.OK : status;
    }

    @Override
    public HttpHeaders headers() {
        return held.getHeaders();
    }

    @Override
    public MultiValueMap<String, ResponseCookie> cookies() {
        return held.getCookies();
    }

    @Override
    public Mono<Void> writeTo(ServerWebExchange exchange, Context context) {
        return held.releaseTo(exchange.getResponse());
    }
}
