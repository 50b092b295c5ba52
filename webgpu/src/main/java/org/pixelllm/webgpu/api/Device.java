package org.pixelllm.webgpu.api;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** WGPUDevice: what kernels, buffers and commands belong to. Knows when it was lost, and counts its buffers. */
public final class Device extends Handle {

    private static final MethodHandle REQUEST = NativeLibrary.function(
            "wgpuAdapterRequestDevice", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, Layouts.CALLBACK_INFO));
    private static final MethodHandle RELEASE =
            NativeLibrary.function("wgpuDeviceRelease", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle DESTROY =
            NativeLibrary.function("wgpuDeviceDestroy", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle PUSH =
            NativeLibrary.function("wgpuDevicePushErrorScope", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT));
    private static final MethodHandle POP = NativeLibrary.function(
            "wgpuDevicePopErrorScope", FunctionDescriptor.of(JAVA_LONG, ADDRESS, Layouts.CALLBACK_INFO));

    private static final MemorySegment LOST = NativeLibrary.callback(
            MethodHandles.lookup(),
            Device.class,
            "lost",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, Layouts.STRING_VIEW, ADDRESS, ADDRESS));
    private static final MemorySegment REFUSED = NativeLibrary.callback(
            MethodHandles.lookup(),
            Device.class,
            "refused",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, Layouts.STRING_VIEW, ADDRESS, ADDRESS));

    private static final int VALIDATION = 1;
    private static final int OUT_OF_MEMORY = 2;
    private static final int INTERNAL = 3;
    /** The events of every open device. */
    private static final Callbacks<Events> EVENTS = new Callbacks<>();

    /** What the library has reported about a device. */
    private static final class Events {
        @Nullable
        String lost;

        @Nullable
        String error;
    }

    private final long number;
    private final Events events;
    private final Instance instance;
    private final AdapterLimits limits;
    private final Queue queue;
    private long bytes;
    private int buffers;
    private int bindGroups;
    private long objectsLeft = Long.MAX_VALUE;

    private Device(MemorySegment address, long number, Events events, Adapter adapter) {
        super(address, "device");
        this.number = number;
        this.events = events;
        this.instance = adapter.instance();
        this.limits = adapter.limits();
        this.queue = new Queue(address);
    }

    /** Opens an adapter with all that it offers. */
    public static Device open(Adapter adapter) {
        Events events = new Events();
        long number = EVENTS.add(events);
        MemorySegment object = MemorySegment.NULL;
        try (Arena arena = Arena.ofConfined();
                Answer answer = new Answer()) {
            MemorySegment userdata = MemorySegment.ofAddress(number);
            NativeStruct limits = adapter.nativeLimits(arena).set("nextInChain", MemorySegment.NULL);
            MemorySegment descriptor = NativeStruct.allocate(arena, Layouts.DEVICE_DESCRIPTOR)
                    .set("requiredLimits", limits.memory())
                    .set("deviceLostCallbackInfo.mode", Answer.WHEN_POLLED)
                    .set("deviceLostCallbackInfo.callback", LOST)
                    .set("deviceLostCallbackInfo.userdata1", userdata)
                    .set("uncapturedErrorCallbackInfo.callback", REFUSED)
                    .set("uncapturedErrorCallbackInfo.userdata1", userdata)
                    .memory();
            MemorySegment info = answer.callbackInfo(arena, Answer.Kind.OBJECT);
            long ignored = (long) REQUEST.invokeExact(adapter.address(), descriptor, info);
            adapter.instance().waitFor("a device", answer);
            object = answer.object();
            if (object.equals(MemorySegment.NULL)) {
                throw new GpuException("the adapter gave no device: " + answer.message());
            }
            return new Device(object, number, events, adapter);
        } catch (Throwable e) {
            EVENTS.remove(number);
            release(object, e);
            throw NativeLibrary.failed(e);
        }
    }

    private static void release(MemorySegment object, Throwable cause) {
        if (!object.equals(MemorySegment.NULL)) {
            try {
                RELEASE.invokeExact(object);
            } catch (Throwable e) {
                cause.addSuppressed(e);
            }
        }
    }

    @SuppressWarnings("unused") // called by the library
    private static void lost(MemorySegment which, int reason, MemorySegment text, MemorySegment a, MemorySegment b) {
        Events events = EVENTS.get(a.address());
        if (events != null) {
            events.lost = words(text);
        }
    }

    @SuppressWarnings("unused") // called by the library
    private static void refused(MemorySegment which, int type, MemorySegment text, MemorySegment a, MemorySegment b) {
        Events events = EVENTS.get(a.address());
        if (events != null && events.error == null) {
            events.error = words(text);
        }
    }

    /** Never throws: an exception in a callback ends the process. */
    private static String words(MemorySegment text) {
        try {
            return NativeStruct.text(text);
        } catch (RuntimeException e) {
            return String.valueOf(e);
        }
    }

    /**
     * Makes an object, and throws what the library reports about it.
     *
     * @param what for the message
     * @throws GpuException where the library refuses it
     */
    <T extends Handle> T make(String what, Supplier<T> maker) {
        requireAlive();
        if (objectsLeft == 0) {
            throw new GpuException(what + ": no object is left of those that a test allows");
        }
        push(VALIDATION);
        push(OUT_OF_MEMORY);
        push(INTERNAL);
        T made;
        try {
            made = maker.get();
        } catch (RuntimeException | Error e) {
            popAll();
            throw e;
        }
        try {
            String refused = popAll();
            requireAlive();
            if (!refused.isEmpty()) {
                throw new GpuException(what + ": " + refused);
            }
        } catch (RuntimeException | Error e) {
            made.close();
            throw e;
        }
        objectsLeft--;
        return made;
    }

    /** Lets this many more objects be made, and refuses all others, for tests. */
    public void limitObjects(long more) {
        objectsLeft = more;
    }

    private void push(int filter) {
        try {
            PUSH.invokeExact(address(), filter);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    /** The first error that the scopes caught, or an empty text. */
    private String popAll() {
        String refused = "";
        for (int scope = 0; scope < 3; scope++) {
            String each = pop();
            refused = refused.isEmpty() ? each : refused;
        }
        return refused;
    }

    private String pop() {
        try (Arena arena = Arena.ofConfined();
                Answer answer = new Answer()) {
            MemorySegment info = answer.callbackInfo(arena, Answer.Kind.ERROR);
            long ignored = (long) POP.invokeExact(address(), info);
            instance.waitFor("an error scope", answer);
            return answer.message();
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    /** Whether it has gone away; asks the library. */
    public boolean isLost() {
        instance.poll();
        return events.lost != null;
    }

    /**
     * Throws what the library has reported about it.
     *
     * @throws DeviceLostException where it was lost
     * @throws GpuException where the library refused something since it was last asked
     */
    void requireAlive() {
        String lost = events.lost;
        if (lost != null) {
            throw new DeviceLostException(lost);
        }
        String error = events.error;
        if (error != null) {
            events.error = null;
            throw new GpuException("the GPU refused a command: " + error);
        }
    }

    /** Polls until an answer is there. */
    void waitFor(String what, Answer answer) {
        instance.waitFor(what, answer);
    }

    /** What it can hold. */
    public AdapterLimits limits() {
        return limits;
    }

    /** Where commands go. */
    public Queue queue() {
        return queue;
    }

    void countBuffers(long bytesMore, int buffersMore) {
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

    void countBindGroups(int more) {
        bindGroups += more;
    }

    /** How many bind groups are open. */
    public int bindGroups() {
        return bindGroups;
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
        EVENTS.remove(number);
    }
}
