package org.reactivesessions.testkit.proxy;

import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * A TCP proxy on the loopback address, between clients and a PostgreSQL server, that puts faults exactly where a test
 * wants them.
 *
 * <p>It reads the frames of the protocol both ways and lets each pass unless a {@link Rule} says otherwise. Frames of
 * one direction of one link leave in the order they came; links and directions do not wait for each other. A link that
 * is encrypted is passed on unread: {@link #upstream()} and {@link #downstream()} act on its bytes,
 * {@link FrameMatch#encryptedFromClient()} and {@link FrameMatch#encryptedFromServer()} match pieces of them, and rules about
 * messages say that they could not see any.
 *
 * <p><b>Ownership:</b> whoever starts a proxy closes it. <b>Threads:</b> safe for use by several threads; it works with
 * four daemon threads per link.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.start(server.host(), server.port())) {
 *     Rule commit = proxy.hold(FrameMatch.fromClient('Q').sql("^COMMIT").nth(1));
 *     // start the work through proxy.host() and proxy.port()
 *     commit.awaitHit(Duration.ofSeconds(10));
 *     // the server has not seen COMMIT yet
 *     commit.release();
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
public final class FaultProxy implements AutoCloseable {

    private static final String HOST = "127.0.0.1";

    private final Rulebook rulebook = new Rulebook();
    private final OpenLinks links = new OpenLinks();
    private final Door door = Door.onFreePort(this::open);
    private volatile InetSocketAddress target;

    private FaultProxy(InetSocketAddress target) {
        this.target = target;
    }

    /**
     * Starts a proxy on a free port.
     *
     * @param host host of the PostgreSQL server
     * @param port TCP port of the PostgreSQL server
     * @return a proxy that accepts connections, to be closed by the caller
     * @throws UncheckedIOException if no port can be listened on
     */
    public static FaultProxy start(String host, int port) {
        FaultProxy proxy = new FaultProxy(new InetSocketAddress(host, port));
        proxy.door.startAccepting();
        return proxy;
    }

    /**
     * Address clients connect to.
     *
     * @return {@code 127.0.0.1}
     */
    public String host() {
        return HOST;
    }

    /**
     * TCP port clients connect to.
     *
     * @return the port of this proxy
     */
    public int port() {
        return door.port();
    }

    /** Refuses new connections from now on, as where nobody listens; links that are open stay. */
    public void closePort() {
        door.shut();
    }

    /**
     * Accepts connections again, on the same port.
     *
     * @throws UncheckedIOException if somebody else has the port by now
     */
    public void openPort() {
        door.openAgain();
    }

    /**
     * Leads connections to another server from now on, as a name or an address does after a failover. Links that are open stay
     * where they are.
     *
     * @param host host of the other server
     * @param port TCP port of the other server
     */
    public void target(String host, int port) {
        target = new InetSocketAddress(host, port);
    }

    /**
     * Holds matching frames, and with each all that follows on its side of its link, until {@link Rule#release()}.
     *
     * @param match the frames to hold
     * @return the rule at work
     */
    public Rule hold(FrameMatch match) {
        return rulebook.add(match, Rule.Action.HOLD);
    }

    /**
     * Holds matching frames, and with each all that follows on its side of its link, until {@link Rule#release()}, but each
     * no longer than some time.
     *
     * @param match the frames to hold
     * @param atMost how long; more than zero
     * @return the rule at work
     * @throws IllegalArgumentException if the time is not more than zero
     */
    public Rule hold(FrameMatch match, Duration atMost) {
        if (atMost.isNegative() || atMost.isZero()) {
            throw new IllegalArgumentException("atMost must be more than zero, but was " + atMost);
        }
        return rulebook.add(match, Rule.Action.HOLD, atMost, "");
    }

    /**
     * Delays matching frames; delays of frames that follow each other overlap.
     *
     * @param match the frames to delay
     * @param delay how long after its arrival a frame leaves
     * @return the rule at work
     */
    public Rule delay(FrameMatch match, Duration delay) {
        return rulebook.add(match, Rule.Action.DELAY, delay, "");
    }

    /**
     * Lets matching frames leave in pieces of one byte.
     *
     * @param match the frames to take to pieces
     * @param between how long each byte waits behind the one before it; frames behind a dripping one wait for its end
     * @return the rule at work
     */
    public Rule drip(FrameMatch match, Duration between) {
        return slice(match, 1, between);
    }

    /**
     * Lets matching frames leave in pieces.
     *
     * @param match the frames to take to pieces
     * @param size bytes of a piece, at least 1; the last one may be smaller
     * @param between how long each piece waits behind the one before it; frames behind a sliced one wait for its end
     * @return the rule at work
     * @throws IllegalArgumentException if the size is less than 1
     */
    public Rule slice(FrameMatch match, int size, Duration between) {
        if (size < 1) {
            throw new IllegalArgumentException("size must be >= 1, but was " + size);
        }
        return rulebook.add(match, Rule.Action.SLICE, between, Integer.toString(size));
    }

    /**
     * Inverts every bit of one byte of matching frames, as if the network had. A frame that has no such byte passes as it is,
     * and is no hit.
     *
     * @param match the frames to corrupt
     * @param position which byte; 0 is the type, 1 to 4 the length, 5 the first one of the content
     * @return the rule at work
     * @throws IllegalArgumentException if the position is negative
     */
    public Rule corrupt(FrameMatch match, int position) {
        if (position < 0) {
            throw new IllegalArgumentException("position must be >= 0, but was " + position);
        }
        return rulebook.add(match, Rule.Action.CORRUPT, Duration.ZERO, Integer.toString(position));
    }

    /**
     * Puts another text into matching Query messages, so that a command fails, or takes long, that could not be made to.
     *
     * @param match the frames to act on, Query messages of the client all of them
     * @param sql the text that leaves instead
     * @return the rule at work
     * @throws IllegalArgumentException if other frames match as well
     */
    public Rule replace(FrameMatch match, String sql) {
        if (!match.isOfQueries()) {
            throw new IllegalArgumentException("match must be of Query messages, fromClient('Q'), but was " + match);
        }
        return rulebook.add(match, Rule.Action.REPLACE, Duration.ZERO, sql);
    }

    /**
     * Puts another length into matching frames of the server; as many bytes as before follow.
     *
     * @param match the frames to act on
     * @param length what they say of themselves
     * @return the rule at work
     */
    public Rule lieAboutLength(FrameMatch match, int length) {
        return rulebook.add(match, Rule.Action.LIE, Duration.ZERO, Integer.toString(length));
    }

    /**
     * Swallows matching frames.
     *
     * @param match the frames to swallow
     * @return the rule at work
     */
    public Rule drop(FrameMatch match) {
        return rulebook.add(match, Rule.Action.DROP);
    }

    /**
     * Swallows matching frames and closes both sockets of their link in the regular way (FIN).
     *
     * @param match the frames to cut at
     * @return the rule at work
     */
    public Rule cut(FrameMatch match) {
        return rulebook.add(match, Rule.Action.CUT);
    }

    /**
     * Swallows matching frames and resets both sockets of their link (RST).
     *
     * @param match the frames to reset at
     * @return the rule at work
     */
    public Rule reset(FrameMatch match) {
        return rulebook.add(match, Rule.Action.RESET);
    }

    /**
     * Watches matching frames pass, which changes nothing but can be waited for and counted.
     *
     * @param match the frames to watch
     * @return the rule at work
     */
    public Rule watch(FrameMatch match) {
        return rulebook.add(match, Rule.Action.WATCH);
    }

    /**
     * Gives every frame of both directions a fixed latency; frames under way do not wait for each other.
     *
     * @param oneWay how long after its arrival a frame leaves
     */
    public void latency(Duration oneWay) {
        upstream().latency(oneWay);
        downstream().latency(oneWay);
    }

    /** Takes the latency away again. */
    public void noLatency() {
        latency(Duration.ZERO);
    }

    /**
     * Faults of the bytes that go from clients to the server.
     *
     * @return what they are, to be changed
     */
    public Toxics upstream() {
        return rulebook.toxics(Direction.CLIENT);
    }

    /**
     * Faults of the bytes that go from the server to clients.
     *
     * @return what they are, to be changed
     */
    public Toxics downstream() {
        return rulebook.toxics(Direction.SERVER);
    }

    /**
     * Starts a count of round trips, on links that exist and on those to come.
     *
     * @return the count, to be closed by the caller
     * @throws IllegalStateException if a count is open already
     */
    public RoundTrips countRoundTrips() {
        return rulebook.startCount();
    }

    /**
     * Links open now.
     *
     * @return the number of clients connected
     */
    public int links() {
        return links.size();
    }

    /**
     * Links opened so far, those of cancel requests included.
     *
     * @return the number of connections accepted since the start
     */
    public long linksOpened() {
        return links.opened();
    }

    /**
     * Cancel requests passed on so far.
     *
     * @return the number of cancel requests passed on since the start
     */
    public int cancelRequests() {
        return rulebook.cancelRequests();
    }

    /**
     * Blocks until a number of links is open.
     *
     * @param count the number of links wanted
     * @param atMost how long to wait
     * @throws AssertionError if another number is open when the time is over
     */
    public void awaitLinks(int count, Duration atMost) {
        links.await(count, atMost);
    }

    /** Closes every open link in the regular way (FIN on both sides); new connections are still accepted. */
    public void severAll() {
        links.closeAll(false);
    }

    /** Resets every open link (RST on both sides); new connections are still accepted. */
    public void resetAll() {
        links.closeAll(true);
    }

    /**
     * Lets links outlive their clients from now on, as if the network had kept what a client sent before it went away: that
     * still reaches the server, also what is held, and answers are swallowed. Such a link ends when the server has ended its
     * session.
     */
    public void outliveClients() {
        rulebook.outliveClients();
    }

    /** Resets the connection of every client that is there now (RST), and lets their links outlive them. */
    public void resetClients() {
        links.resetClients();
    }

    /** Stops accepting and closes every open link, also those whose frames are held. */
    @Override
    public void close() {
        try {
            door.shut();
        } finally {
            links.closeAll(false);
        }
    }

    private void open(Socket client) {
        Link link = links.open(id -> new Link(id, client, rulebook, links::closed));
        link.start(target);
        if (door.isShut()) {
            link.close(false);
        }
    }

    @Override
    public String toString() {
        return "FaultProxy[" + HOST + ":" + port() + " -> " + target + "]";
    }
}
