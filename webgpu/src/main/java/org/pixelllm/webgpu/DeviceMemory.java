package org.pixelllm.webgpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.webgpu.api.BindGroup;
import org.pixelllm.webgpu.api.Buffer;
import org.pixelllm.webgpu.api.Device;
import org.pixelllm.webgpu.kernel.Slot;
import org.pixelllm.webgpu.kernel.Struct;

/** The buffers of a program on a device: its weights, and the memory of a pass. */
final class DeviceMemory implements AutoCloseable {

    /** Weights go up in parts of this size. */
    private static final long UPLOAD_BYTES = 4L << 20;

    private final Device device;
    private final MemoryPlan plan;
    private final Resources buffers = new Resources();
    private final Uniforms uniforms;
    private final Map<Integer, List<Buffer>> matrices = new HashMap<>();
    private final Map<Integer, Buffer> vectors = new HashMap<>();
    private final List<Buffer> scratch = new ArrayList<>();
    private final Map<String, Buffer> tables = new HashMap<>();
    private final Buffer logits;
    private final Buffer now;
    private final Buffer readBack;
    private final Buffer scores;
    private final MemorySegment nowBytes;

    /** Takes the memory and uploads the weights; where that fails, nothing is kept. */
    DeviceMemory(Device device, MemoryPlan plan) {
        this.device = device;
        this.plan = plan;
        this.uniforms = new Uniforms(device, buffers);
        this.nowBytes = Arena.ofAuto().allocate(plan.nowBytes(), 4);
        try {
            this.now = storage(plan.nowBytes());
            this.logits = storage(plan.logitsBytes());
            this.readBack = buffers.add(Buffer.create(device, Buffer.Use.READ_BACK, plan.logitsBytes(plan.maxRows())));
            this.scores = storage(plan.scoresBytes());
            for (long bytes : plan.scratchBytes()) {
                scratch.add(storage(bytes));
            }
            plan.pieces()
                    .forEach((id, pieces) ->
                            matrices.put(id, pieces.stream().map(this::upload).toList()));
            plan.vectors().forEach((id, vector) -> vectors.put(id, upload(vector)));
        } catch (RuntimeException | Error e) {
            buffers.close();
            throw e;
        }
    }

    private Buffer storage(long bytes) {
        return buffers.add(Buffer.create(device, Buffer.Use.STORAGE, bytes));
    }

    private Buffer upload(Piece piece) {
        Buffer buffer = storage(piece.bytes());
        try (Arena arena = Arena.ofConfined()) {
            // Through memory of our own: the library would crash on a mapped file that is cut short, where Java throws.
            MemorySegment part = arena.allocate(Math.min(UPLOAD_BYTES, piece.bytes()));
            for (long at = 0; at < piece.bytes(); at += part.byteSize()) {
                long count = Math.min(part.byteSize(), piece.bytes() - at);
                piece.copy(at, part, count);
                device.queue().write(buffer, at, part, count);
            }
        }
        return buffer;
    }

    /** Uploads a vector as f32. */
    private Buffer upload(WeightTensor vector) {
        float[] values = new float[Math.toIntExact(MemoryPlan.vectorBytes(vector) / Float.BYTES)];
        vector.decodeRow(0, values, 0);
        return upload(values);
    }

    private Buffer upload(float[] values) {
        Buffer buffer = storage((long) Float.BYTES * values.length);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
            device.queue().write(buffer, 0, bytes, bytes.byteSize());
        }
        return buffer;
    }

    /** A piece of a matrix of weights. */
    Buffer matrix(int id, int piece) {
        return Objects.requireNonNull(matrices.get(id)).get(piece);
    }

    /** A vector of weights, as f32. */
    Buffer vector(int id) {
        return Objects.requireNonNull(vectors.get(id));
    }

    /** The buffer of a scratch or output tensor. */
    Buffer values(int id) {
        return id == plan.program().output() ? logits : scratch.get(plan.scratchSlot(id));
    }

    /** Rows of logits. // [maxRows, pitch] */
    Buffer logits() {
        return logits;
    }

    /** What changes with every pass. */
    Buffer now() {
        return now;
    }

    /** Where the CPU writes it before it is sent. */
    MemorySegment nowBytes() {
        return nowBytes;
    }

    /** The scores of one attention. */
    Buffer scores() {
        return scores;
    }

    /** Where the CPU reads logits. */
    Buffer readBack() {
        return readBack;
    }

    /** Keeps a struct for a kernel. */
    BindGroup.Entry uniform(Slot slot, Struct value) {
        return uniforms.add(slot, value);
    }

    /** A table that is computed once for all instructions with the same key. */
    Buffer table(String key, Supplier<float[]> values) {
        return tables.computeIfAbsent(key, missing -> upload(values.get()));
    }

    @Override
    public void close() {
        buffers.close();
    }
}
