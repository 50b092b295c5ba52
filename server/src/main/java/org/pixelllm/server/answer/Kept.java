package org.pixelllm.server.answer;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers by their digest, as many as fit; the one that was not asked for the longest goes first. */
final class Kept {

    /** What an entry takes beside its body. */
    private static final int ENTRY_BYTES = 512;

    private final long maxBytes;
    private final Map<String, Body> answers = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    Kept(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    synchronized @Nullable Body get(String digest) {
        return answers.get(digest);
    }

    synchronized void put(String digest, Body answer) {
        if (size(answer) > maxBytes || answers.containsKey(digest)) {
            return;
        }
        answers.put(digest, answer);
        bytes += size(answer);
        Iterator<Body> oldest = answers.values().iterator();
        while (bytes > maxBytes) {
            bytes -= size(oldest.next());
            oldest.remove();
        }
    }

    synchronized int count() {
        return answers.size();
    }

    private static long size(Body answer) {
        return ENTRY_BYTES + (long) answer.bytes().length;
    }
}
