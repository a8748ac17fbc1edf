package org.reactivesessions.proof.journal;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/**
 * What one client wants to do and what it is told, outside of the database: a file to which every line is written at once, so that
 * it is there if the client is killed. Fields are separated by tabs.
 *
 * <pre>
 * I  id  kind  variant  client  tenant  serializable       before the operation is subscribed
 * V  id  told  attempts  micros  doubted  seen  error      after its end
 * L  id  told  attempts  micros  doubted                   what somebody else heard after the client had left
 * R  id  told                                              what the successor of a killed client found out
 * A  id  text                                              what should never be
 * </pre>
 *
 * Thread-safe.
 */
public final class Journal implements AutoCloseable {

    /** How the files are called. */
    public static final String SUFFIX = ".journal";

    private final OutputStream file;

    private Journal(OutputStream file) {
        this.file = file;
    }

    /** Opens the file of a client, and goes on at its end if there is one. */
    public static Journal of(Path directory, String client) throws IOException {
        return new Journal(
                new FileOutputStream(directory.resolve(client + SUFFIX).toFile(), true));
    }

    /** Before an operation is subscribed. */
    public void intend(UUID id, String kind, int variant, int client, String tenant, boolean serializable) {
        write("I\t" + id + "\t" + kind + "\t" + variant + "\t" + client + "\t" + tenant + "\t" + serializable);
    }

    /**
     * After its end.
     *
     * @param seen lists as {@code key:length:digest}, separated by blanks
     */
    public void tell(UUID id, Told told, int attempts, long micros, boolean doubted, String seen, String error) {
        write("V\t" + id + "\t" + told + "\t" + attempts + "\t" + micros + "\t" + doubted + "\t" + seen + "\t"
                + line(error));
    }

    /** When somebody else has heard of the end of an operation whose client had left. */
    public void hear(UUID id, Told told, int attempts, long micros, boolean doubted) {
        write("L\t" + id + "\t" + told + "\t" + attempts + "\t" + micros + "\t" + doubted);
    }

    /** When the successor of a killed client has found out. */
    public void resolve(UUID id, Told told) {
        write("R\t" + id + "\t" + told);
    }

    /** What should never be. */
    public void alarm(UUID id, String what) {
        write("A\t" + id + "\t" + line(what));
    }

    private static String line(String text) {
        return text.replace('\t', ' ').replace('\n', ' ').replace('\r', ' ');
    }

    private synchronized void write(String line) {
        try {
            file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException("the journal cannot be written", failed);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
