package org.reactivesessions.spring.web;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An answer that is kept until it is known whether it is true: status, headers, cookies and body. It begins as a copy of the one it
 * stands for. Used by one request, one step after the other.
 */
final class HeldResponse extends AbstractServerHttpResponse {

    private final int limit;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private volatile @Nullable Throwable failure;

    HeldResponse(ServerHttpResponse standsFor, int limit) {
        super(standsFor.bufferFactory(), HttpHeaders.copyOf(standsFor.getHeaders()));
        this.limit = limit;
        setStatusCode(standsFor.getStatusCode());
    }

    /** What the body has failed with when a part of it was here already, which an exception handler cannot make good. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    boolean isServerError() {
        HttpStatusCode status = getStatusCode();
        return status != null && status.is5xxServerError();
    }

    /** Takes over what was said past this one about whether the client has it already. */
    void adopt(ServerHttpResponse other) {
        if (other.getStatusCode() != null) {
            setStatusCode(other.getStatusCode());
        }
        for (String name : List.of(HttpHeaders.ETAG, HttpHeaders.LAST_MODIFIED)) {
            String value = other.getHeaders().getFirst(name);
            if (value != null) {
                getHeaders().set(name, value);
            }
        }
    }

    /** Sends it, as late as possible. */
    Mono<Void> releaseTo(ServerHttpResponse response) {
        if (getStatusCode() != null) {
            response.setStatusCode(getStatusCode());
        }
        HttpHeaders headers = response.getHeaders();
        headers.clear();
        headers.putAll(getHeaders());
        getCookies().values().forEach(cookies -> cookies.forEach(response::addCookie));
        if (body.size() == 0) {
            return response.setComplete();
        }
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body.toByteArray())));
    }

    @Override
    protected Mono<Void> writeWithInternal(Publisher<? extends DataBuffer> buffers) {
        return Flux.<DataBuffer>from(buffers)
                .doOnNext(this::keep)
                .doOnError(error -> failure = error)
                .doOnDiscard(DataBuffer.class, DataBufferUtils::release)
                .then();
    }

    @Override
    protected Mono<Void> writeAndFlushWithInternal(Publisher<? extends Publisher<? extends DataBuffer>> pieces) {
        return Flux.from(pieces)
                .doOnError(error -> failure = error)
                .concatMap(this::writeWithInternal)
                .then();
    }

    private void keep(DataBuffer buffer) {
        try {
            int size = buffer.readableByteCount();
            if (size > limit - body.size()) {
                throw new AnswerTooLargeException(limit);
            }
            byte[] bytes = new byte[size];
            buffer.read(bytes);
            body.write(bytes, 0, size);
        } finally {
            DataBufferUtils.release(buffer);
        }
    }

    /** What would use it goes past everything that is held, as a WebSocket does. */
    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Spring's signature
    public <T> T getNativeResponse() {
        throw new IllegalStateException(
                "There is no native response in the transaction of a request, because the answer is held"
                        + " back until COMMIT. Leave WebSockets and the like out of its paths.");
    }

    @Override
    protected void applyStatusCode() {}

    @Override
    protected void applyHeaders() {}

    @Override
    protected void applyCookies() {}
}
