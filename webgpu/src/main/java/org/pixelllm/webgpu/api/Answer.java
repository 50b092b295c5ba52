package org.pixelllm.webgpu.api;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/** The answer to one asynchronous call. An answer that comes after it was closed is dropped. */
final class Answer implements AutoCloseable {

    /** How the library calls back. */
    enum Kind {
        /** With a new object: of {@code wgpuInstanceRequestAdapter} and {@code wgpuAdapterRequestDevice}. */
        OBJECT("object", FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS, Layouts.STRING_VIEW, ADDRESS, ADDRESS)),
        /** With a status alone: of {@code wgpuBufferMapAsync}. */
        STATUS("status", FunctionDescriptor.ofVoid(JAVA_INT, Layouts.STRING_VIEW, ADDRESS, ADDRESS)),
        /** With the type of an error: of {@code wgpuDevicePopErrorScope}. */
        ERROR("error", FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, Layouts.STRING_VIEW, ADDRESS, ADDRESS));

        private final MemorySegment function;

        Kind(String method, FunctionDescriptor type) {
            this.function = NativeLibrary.callback(MethodHandles.lookup(), Answer.class, method, type);
        }
    }

    /** Delivered while {@link Instance#poll} runs: {@code WGPUCallbackMode_AllowProcessEvents}. */
    static final int WHEN_POLLED = 2;

    /** The status of a call that succeeded, in all of the library's enums of them. */
    static final int SUCCESS = 1;

    private static final int NO_ERROR = 1; // WGPUErrorType_NoError

    private static final Callbacks<Answer> WAITING = new Callbacks<>();

    private final long number = WAITING.add(this);
    private boolean arrived;
    private boolean success;
    private MemorySegment object = MemorySegment.NULL;
    private String message = "";

    /** The struct with which a call asks for this answer. */
    MemorySegment callbackInfo(Arena arena, Kind kind) {
        return NativeStruct.allocate(arena, Layouts.CALLBACK_INFO)
                .set("mode", WHEN_POLLED)
                .set("callback", kind.function)
                .set("userdata1", MemorySegment.ofAddress(number))
                .memory();
    }

    boolean hasArrived() {
        return arrived;
    }

    /** Whether the call did what it was asked to. */
    boolean isSuccess() {
        return success;
    }

    /** The new object, or NULL. */
    MemorySegment object() {
        return object;
    }

    /** The library's words, empty where there are none. */
    String message() {
        return message;
    }

    @SuppressWarnings("unused") // called by the library
    private static void object(int status, MemorySegment found, MemorySegment text, MemorySegment a, MemorySegment b) {
        arrive(a, status == SUCCESS, status == SUCCESS ? found : MemorySegment.NULL, text, "");
    }

    @SuppressWarnings("unused") // called by the library
    private static void status(int status, MemorySegment text, MemorySegment a, MemorySegment b) {
        arrive(a, status == SUCCESS, MemorySegment.NULL, text, "");
    }

    @SuppressWarnings("unused") // called by the library
    private static void error(int status, int type, MemorySegment text, MemorySegment a, MemorySegment b) {
        arrive(a, type == NO_ERROR, MemorySegment.NULL, text, " (error " + type + ")");
    }

    /** Never throws: an exception in a callback ends the process. */
    private static void arrive(
            MemorySegment number, boolean success, MemorySegment object, MemorySegment text, String detail) {
        Answer answer = WAITING.get(number.address());
        if (answer == null) {
            return;
        }
        try {
            answer.success = success;
            answer.object = object;
            answer.message = success ? "" : NativeStruct.text(text) + detail;
        } catch (RuntimeException e) {
            answer.message = String.valueOf(e);
        } finally {
            answer.arrived = true;
        }
    }

    @Override
    public void close() {
        WAITING.remove(number);
    }
}
