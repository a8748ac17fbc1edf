package org.reactivesessions.mcp;

import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpServerSession;
import io.modelcontextprotocol.spec.McpServerTransport;
import io.modelcontextprotocol.spec.McpServerTransportProvider;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A transport that is given one message after the other, whichever threads they come from. The SDK's own refuses a message while another
 * thread hands it one, and takes no request after that: whoever waits for an answer waits in vain. Thread-safe.
 */
final class OneByOne implements McpServerTransportProvider {

    private final McpServerTransportProvider provider;
    private final Scheduler messages = Schedulers.newSingle("messages", true);

    OneByOne(McpServerTransportProvider provider) {
        this.provider = provider;
    }

    @Override
    public void setSessionFactory(McpServerSession.Factory factory) {
        provider.setSessionFactory(transport -> factory.create(new Transport(transport, messages)));
    }

    @Override
    public Mono<Void> notifyClients(String method, Object parameters) {
        return provider.notifyClients(method, parameters);
    }

    @Override
    public Mono<Void> closeGracefully() {
        return provider.closeGracefully().doFinally(end -> messages.dispose());
    }

    @Override
    public List<String> protocolVersions() {
        return provider.protocolVersions();
    }

    private record Transport(McpServerTransport transport, Scheduler messages) implements McpServerTransport {

        @Override
        public Mono<Void> sendMessage(JSONRPCMessage message) {
            return transport.sendMessage(message).subscribeOn(messages);
        }

        @Override
        public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
            return transport.unmarshalFrom(data, type);
        }

        @Override
        public Mono<Void> closeGracefully() {
            return transport.closeGracefully();
        }

        @Override
        public void close() {
            transport.close();
        }

        @Override
        public List<String> protocolVersions() {
            return transport.protocolVersions();
        }
    }
}
