package org.reactivesessions.spring.web;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A request whose body has arrived, so that nobody waits for a slow client with a transaction open. Immutable. */
final class ReadRequest extends ServerHttpRequestDecorator {

    private final byte[] body;
    private final DataBufferFactory buffers;

    private ReadRequest(ServerHttpRequest request, byte[] body, DataBufferFactory buffers) {
        super(request);
        this.body = body;
        this.buffers = buffers;
    }

    /**
     * Waits for the body. Forms are read by the exchange, which keeps them. Uploads in parts, which may be large and are kept in files,
     * are not waited for.
     */
    static Mono<ServerHttpRequest> of(ServerWebExchange exchange, int limit) {
        ServerHttpRequest request = exchange.getRequest();
        MediaType type = contentType(request);
        if (MediaType.MULTIPART_FORM_DATA.isCompatibleWith(type)) {
            return Mono.just(request);
        }
        if (MediaType.APPLICATION_FORM_URLENCODED.isCompatibleWith(type)) {
            return exchange.getFormData().thenReturn(request);
        }
        return body(request, limit)
                .map(body ->
                        new ReadRequest(request, body, exchange.getResponse().bufferFactory()));
    }

    private static MediaType contentType(ServerHttpRequest request) {
        try {
            MediaType type = request.getHeaders().getContentType();
            return type == null ? MediaType.APPLICATION_OCTET_STREAM : type;
        } catch (RuntimeException unreadable) {
            return MediaType.APPLICATION_OCTET_STREAM; // whoever asks for it says so
        }
    }

    private static Mono<byte[]> body(ServerHttpRequest request, int limit) {
        return DataBufferUtils.join(request.getBody(), limit)
                .map(ReadRequest::bytes)
                .defaultIfEmpty(new byte[0])
                .onErrorMap(
                        DataBufferLimitException.class,
                        tooLarge -> new ResponseStatusException(
                                HttpStatus.CONTENT_TOO_LARGE,
                                "the body is larger than " + limit
                                        + " bytes, which is what is read before a transaction begins at"
                                        + " most (maxBuffered, reactive-sessions.web.max-buffered)",
                                tooLarge));
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    @Override
    public Flux<DataBuffer> getBody() {
        return body.length == 0 ? Flux.empty() : Flux.defer(() -> Flux.just(buffers.wrap(body)));
    }
}
