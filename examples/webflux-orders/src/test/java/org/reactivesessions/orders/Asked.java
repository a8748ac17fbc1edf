package org.reactivesessions.orders;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A client of the service. Thread-safe. */
final class Asked {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;

    Asked(int port) {
        base = "http://127.0.0.1:" + port;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).GET().build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path).POST(BodyPublishers.noBody());
        return client.send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> transfer(String body) throws IOException, InterruptedException {
        return send("POST", "/transfers", "application/json", body);
    }

    HttpResponse<String> transfer(long from, long to, long amount) throws IOException, InterruptedException {
        return transfer("{\"from\":" + from + ",\"to\":" + to + ",\"amount\":" + amount + "}");
    }

    HttpResponse<String> send(String method, String path, String type, String body)
            throws IOException, InterruptedException {
        return client.send(
                request(path)
                        .header("Content-Type", type)
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE);
    }

    /** Events as they come, until the caller closes them. */
    Events events(String path) throws IOException, InterruptedException {
        return new Events(
                client.send(request(path).build(), BodyHandlers.ofInputStream()).body());
    }
}
