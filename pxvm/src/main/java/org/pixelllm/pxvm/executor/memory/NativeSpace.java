package org.pixelllm.pxvm.executor.memory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The machine's memory that is left outside of Java's heap. Where the system does not say it, there is enough until it refuses.
 */
public final class NativeSpace {

    /** What this machine has. */
    public static final NativeSpace SYSTEM = new NativeSpace(Path.of("/proc/meminfo"));

    /** What stays free for everything else. */
    private static final long RESERVE = 256L << 20;

    /** So much may be taken before the system is asked again. */
    private static final long UNASKED = 64L << 20;

    private static final String LINE = "MemAvailable:";

    private final Path meminfo;
    private final AtomicLong unasked = new AtomicLong(UNASKED);

    /**
     * Of a system.
     *
     * @param meminfo as Linux writes it
     */
    public NativeSpace(Path meminfo) {
        this.meminfo = meminfo;
    }

    /** Bytes that can be taken. */
    public long left() {
        String text;
        try {
            text = Files.readString(meminfo, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
        for (String line : text.split("\n", -1)) {
            if (line.startsWith(LINE)) {
                String number = line.substring(LINE.length()).replace("kB", "").trim();
                try {
                    return Math.max(0, (Long.parseLong(number) << 10) - RESERVE);
                } catch (NumberFormatException e) {
                    return Long.MAX_VALUE;
                }
            }
        }
        return Long.MAX_VALUE;
    }

    /** Whether so many bytes can be taken. Small ones are asked for together. */
    public boolean holds(long bytes) {
        if (unasked.addAndGet(-bytes) >= 0) {
            return true;
        }
        unasked.set(UNASKED);
        return bytes <= left();
    }
}
