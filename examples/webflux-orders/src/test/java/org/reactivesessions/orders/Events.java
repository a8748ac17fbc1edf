package org.reactivesessions.orders;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** A stream of events of the service. Not thread-safe. */
final class Events implements AutoCloseable {

    private final BufferedReader lines;

    Events(InputStream stream) {
        lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    /** Blocks until there is a line as wanted, and returns it. */
    String await(Predicate<String> wanted) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (wanted.test(line)) {
                return line;
            }
        }
        throw new AssertionError("the stream has ended");
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
