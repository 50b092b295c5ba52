package org.pixelllm.webgpu.api;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** WGPUDevice: what kernels, buffers and commands belong to. Knows when it was lost, and counts what it holds. */
public final class Device extends Handle {

    private static final MethodHandle REQUEST = NativeLibrary.function(
            "wgpuAdapterRequestDevice", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, Layouts.CALLBACK));
    private static final MethodHandle RELEASE =
            NativeLibrary.function("wgpuDeviceRelease", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle DESTROY =
            NativeLibrary.function("wgpuDeviceDestroy", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle PUSH =
            NativeLibrary.function("wgpuDevicePushErrorScope", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT));
    private static final MethodHandle POP = NativeLibrary.function(
            "wgpuDevicePopErrorScope", FunctionDescriptor.of(JAVA_LONG, ADDRESS, Layouts.CALLBACK));

    private static final MemorySegment GOT = NativeLibrary.callback(
            MethodHandles.lookup(),
            "got",
            FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS, Layouts.TEXT, ADDRESS, ADDRESS));
    private static final MemorySegment LOST = NativeLibrary.callback(
            MethodHandles.lookup(),
            "lost",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, Layouts.TEXT, ADDRESS, ADDRESS));
    private static final MemorySegment WRONG = NativeLibrary.callback(
            MethodHandles.lookup(),
            "wrong",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, Layouts.TEXT, ADDRESS, ADDRESS));
    private static final MemorySegment POPPED = NativeLibrary.callback(
            MethodHandles.lookup(),
            "popped",
            FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, Layouts.TEXT, ADDRESS, ADDRESS));

    private static final int VALIDATION = 1;
    private static final int OUT_OF_MEMORY = 2;
    private static final int INTERNAL = 3;
    private static final int NO_ERROR = 1;

    /** What has been heard of each device that is open, by a number of ours. */
    private static final Map<Long, News> NEWS = new HashMap<>();

    private static long last;

    // The answer that is being waited for; there is one at a time.
    private static MemorySegment device = MemorySegment.NULL;
    private static String words = "";
    private static boolean answered;

    private static final class News {
        @Nullable
        String lost;

        @Nullable
        String wrong;
    }

    private final long number;
    private final News news;
    private final Instance instance;
    private final AdapterLimits limits;
    private final Queue queue;
    private long bytes;
    private int buffers;

    private Device(MemorySegment address, long number, News news, Adapter adapter) {
        super(address, "device");
        this.number = number;
        this.news = news;
        this.instance = adapter.instance();
        this.limits = adapter.limits();
        this.queue = new Queue(address);
    }

    /** Opens an adapter with all that it offers. */
    public static Device open(Adapter adapter) {
        long number = ++last;
        News news = new News();
        NEWS.put(number, news);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limits = arena.allocate(Adapter.LIMITS_BYTES, 8);
            adapter.write(limits);
            limits.set(ADDRESS, 0, MemorySegment.NULL);
            MemorySegment wanted = arena.allocate(256, 8);
            wanted.set(ADDRESS, 40, limits);
            wanted.set(JAVA_INT, 80, Layouts.WHEN_POLLED);
            wanted.set(ADDRESS, 88, LOST);
            wanted.set(JAVA_LONG, 96, number);
            wanted.set(ADDRESS, 120, WRONG);
            wanted.set(JAVA_LONG, 128, number);
            answered = false;
            device = MemorySegment.NULL;
            long ignored = (long) REQUEST.invokeExact(adapter.address(), wanted, Layouts.callback(arena, GOT));
            adapter.instance().waitFor("a device", () -> answered);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
        if (device.equals(MemorySegment.NULL)) {
            throw new GpuException("the adapter gave no device: " + words);
        }
        return new Device(device, number, news, adapter);
    }

    @SuppressWarnings("unused") // called by the library
    private static void got(int status, MemorySegment found, MemorySegment text, MemorySegment a, MemorySegment b) {
        try {
            device = status == Layouts.SUCCESS ? found : MemorySegment.NULL;
            words = Layouts.text(text, 0);
        } catch (RuntimeException e) {
            words = String.valueOf(e);
        } finally {
            answered = true;
        }
    }

    @SuppressWarnings("unused") // called by the library
    private static void lost(MemorySegment which, int reason, MemorySegment text, MemorySegment a, MemorySegment b) {
        try {
            News news = NEWS.get(a.address());
            if (news != null) {
                news.lost = Layouts.text(text, 0);
            }
        } catch (RuntimeException e) {
            // Nobody above could take it.
        }
    }

    @SuppressWarnings("unused") // called by the library
    private static void wrong(MemorySegment which, int type, MemorySegment text, MemorySegment a, MemorySegment b) {
        try {
            News news = NEWS.get(a.address());
            if (news != null && news.wrong == null) {
                news.wrong = Layouts.text(text, 0);
            }
        } catch (RuntimeException e) {
            // Nobody above could take it.
        }
    }

    @SuppressWarnings("unused") // called by the library
    private static void popped(int status, int type, MemorySegment text, MemorySegment a, MemorySegment b) {
        try {
            words = type == NO_ERROR ? "" : Layouts.text(text, 0) + " (error " + type + ")";
        } catch (RuntimeException e) {
            words = String.valueOf(e);
        } finally {
            answered = true;
        }
    }

    /**
     * Makes something, and throws what the library has against it.
     *
     * @param what for the message
     */
    <T extends Handle> T make(String what, Supplier<T> maker) {
        requireAlive();
        push(VALIDATION);
        push(OUT_OF_MEMORY);
        push(INTERNAL);
        T made;
        try {
            made = maker.get();
        } catch (RuntimeException e) {
            popAll();
            throw e;
        }
        String refused = popAll();
        requireAlive();
        if (!refused.isEmpty()) {
            made.close();
            throw new GpuException(what + ": " + refused);
        }
        return made;
    }

    private void push(int filter) {
        try {
            PUSH.invokeExact(address(), filter);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    /** What the scopes caught first, or nothing. */
    private String popAll() {
        String refused = "";
        for (int scope = 0; scope < 3; scope++) {
            String each = pop();
            refused = refused.isEmpty() ? each : refused;
        }
        return refused;
    }

    private String pop() {
        try (Arena arena = Arena.ofConfined()) {
            answered = false;
            long ignored = (long) POP.invokeExact(address(), Layouts.callback(arena, POPPED));
            instance.waitFor("an error scope", () -> answered);
            return words;
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    /** Whether it has gone away; asks the library. */
    public boolean isLost() {
        instance.poll();
        return news.lost != null;
    }

    /**
     * Throws what has been heard of it.
     *
     * @throws DeviceLostException where it was lost
     * @throws GpuException where the library refused something since it was last asked
     */
    void requireAlive() {
        String lost = news.lost;
        if (lost != null) {
            throw new DeviceLostException(lost);
        }
        String wrong = news.wrong;
        if (wrong != null) {
            news.wrong = null;
            throw new GpuException("the GPU refused a command: " + wrong);
        }
    }

    /** Polls until an answer is there. */
    void waitFor(String what, java.util.function.BooleanSupplier there) {
        instance.waitFor(what, there);
    }

    /** What it can hold. */
    public AdapterLimits limits() {
        return limits;
    }

    /** Where commands go. */
    public Queue queue() {
        return queue;
    }

    void count(long bytesMore, int buffersMore) {
        bytes += bytesMore;
        buffers += buffersMore;
    }

    /** Bytes of the buffers that are open. */
    public long bytes() {
        return bytes;
    }

    /** How many buffers are open. */
    public int buffers() {
        return buffers;
    }

    /** Loses it: what a driver's crash does, for tests. */
    public void destroy() {
        try {
            DESTROY.invokeExact(address());
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    @Override
    void release(MemorySegment object) throws Throwable {
        queue.close();
        DESTROY.invokeExact(object);
        RELEASE.invokeExact(object);
        instance.poll();
        NEWS.remove(number);
    }
}
