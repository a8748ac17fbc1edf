package org.reactivesessions.postgres.soak;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.reactivesessions.pool.PoolStatus;

/**
 * What there was at one moment.
 *
 * @param second since the beginning
 * @param heap kilobytes in use after a garbage collection
 * @param direct kilobytes outside the heap, those of Netty and those of the JVM
 * @param threads of this JVM, four of the proxy's for every connection among them
 * @param descriptors of this process, of which every connection has three: its own, and two of the proxy
 * @param sessions processes that serve a client
 * @param pool the figures of the pool
 */
record Sample(long second, long heap, long direct, long threads, long descriptors, long sessions, PoolStatus pool) {

    private static final long KILO = 1024;
    private static final String OF_A_CLIENT = "127.0.0.1(";

    static Sample take(Scene scene, long second) throws IOException {
        System.gc();
        return new Sample(
                second,
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / KILO,
                directBytes() / KILO,
                ManagementFactory.getThreadMXBean().getThreadCount(),
                openFiles(),
                serving(scene),
                scene.sessions().poolStatus());
    }

    private static long directBytes() {
        long jvm = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(buffers -> buffers.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return jvm
                + (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider netty
                        ? netty.metric().usedDirectMemory()
                        : 0);
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    /** By the titles the server gives its processes, so that it need not be asked: it may be stopped. */
    private static long serving(Scene scene) {
        long postmaster;
        try {
            postmaster = scene.server().postmasterPid();
        } catch (IllegalStateException away) {
            return 0;
        }
        return ProcessHandle.of(postmaster).stream()
                .flatMap(ProcessHandle::children)
                .filter(child -> title(child.pid()).contains(scene.database().database() + " " + OF_A_CLIENT))
                .count();
    }

    private static String title(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    List<String> cells() {
        return Stream.of(
                        second,
                        heap,
                        direct,
                        threads,
                        descriptors,
                        sessions,
                        (long) pool.acquired(),
                        (long) pool.idle(),
                        (long) pool.pending(),
                        (long) pool.allocated())
                .map(String::valueOf)
                .toList();
    }
}
