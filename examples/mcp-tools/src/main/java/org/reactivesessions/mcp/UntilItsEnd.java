package org.reactivesessions.mcp;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;

/** An input of which somebody waits for the end. Thread-safe as far as the input is. */
final class UntilItsEnd extends FilterInputStream {

    private final CountDownLatch end = new CountDownLatch(1);

    UntilItsEnd(InputStream input) {
        super(input);
    }

    void awaitEnd() throws InterruptedException {
        end.await();
    }

    @Override
    public int read() throws IOException {
        return seen(super.read());
    }

    @Override
    public int read(byte[] bytes, int from, int most) throws IOException {
        return seen(super.read(bytes, from, most));
    }

    @Override
    public void close() throws IOException {
        end.countDown();
        super.close();
    }

    private int seen(int read) {
        if (read < 0) {
            end.countDown();
        }
        return read;
    }
}
