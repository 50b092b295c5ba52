package org.pixelllm.protocol.png;

/** The memory of Java's heap that is left. What a file asks for is compared with it before it is taken. */
public final class HeapSpace {

    /** What a person can do about too little memory, after any other advice. */
    public static final String REMEDY = "Give Java more memory (JAVA_TOOL_OPTIONS=-Xmx…).";

    private HeapSpace() {}

    /** Bytes that nothing uses, as far as is known without looking for garbage. */
    public static long left() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
    }

    /** Whether so many bytes are left. Garbage is looked for only where they seem not to be. */
    public static boolean holds(long bytes) {
        if (bytes <= left()) {
            return true;
        }
        System.gc();
        return bytes <= left();
    }
}
