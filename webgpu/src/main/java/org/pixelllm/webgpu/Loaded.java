package org.pixelllm.webgpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.executor.ScratchPlan;
import org.pixelllm.pxvm.program.Dim;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Operation.Attention;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;
import org.pixelllm.webgpu.api.AdapterLimits;
import org.pixelllm.webgpu.api.BindGroup;
import org.pixelllm.webgpu.api.Buffer;
import org.pixelllm.webgpu.api.Device;

/** A program on a device: its weights, the memory of a pass, and the list of dispatches. */
final class Loaded implements AutoCloseable {

    /** The most tokens of a pass; a longer step takes several. */
    private static final int MOST_TOKENS = 512;

    /** Rows of x that a product takes at a time when there are several. */
    static final int TILE = 8;

    /** What the logits of a pass may take; at least one row is computed at a time. */
    private static final long LOGITS_BYTES = 16L << 20;

    /** What the scores of one attention may take. */
    private static final long SCORES_BYTES = 64L << 20;

    private final Gpu gpu;
    private final Program program;
    private final int maxTokens;
    private final int maxRows;
    private final ScratchPlan plan;
    private final Uniforms uniforms;
    private final Map<Integer, List<Buffer>> weights = new HashMap<>();
    private final List<Buffer> slots = new ArrayList<>();
    private final Map<String, Buffer> tables = new HashMap<>();
    private final Map<Integer, Long> stateAt = new HashMap<>();
    private final List<SessionBinding> bindings = new ArrayList<>();
    private final List<BindGroup> groups = new ArrayList<>();
    private final List<Stage> stages = new ArrayList<>();
    private Buffer logits;
    private Buffer now;
    private Buffer readBack;
    private Buffer scores;
    private @Nullable Drawer drawer;
    private final MemorySegment nowBytes;
    private final long stateBytes;
    private boolean closed;
    private boolean lost;

    /** One instruction's dispatches. */
    record Stage(Instruction instruction, List<Dispatch> single, List<Dispatch> several) {
        /** Those for so many rows: products of several rows take them in tiles. */
        List<Dispatch> of(int rows) {
            return rows == 1 ? single : several;
        }
    }

    /** A kernel's group of a session's memory: its number's place in {@link #bindings} is what a dispatch names. */
    record SessionBinding(Dispatch dispatch, List<Integer> states) {}

    Loaded(Gpu gpu, Program program, Weights given) {
        this.gpu = gpu;
        this.program = program;
        AdapterLimits limits = gpu.limits();
        this.maxTokens = maxTokens(program, limits);
        long row = 4L * pitch(program.tensor(program.output()));
        this.maxRows = Math.clamp(LOGITS_BYTES / row, 1, maxTokens);
        this.plan = ScratchPlan.of(
                program, program.instructions().stream().map(List::of).toList());
        this.stateBytes = placeStates(limits);
        List<Piece> pieces = new ArrayList<>();
        Map<Integer, List<Piece>> piecesOf = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            List<Piece> each = Piece.of(program.tensor(id).name(), given.get(id), limits.binding());
            piecesOf.put(id, each);
            pieces.addAll(each);
        }
        long bytes = pieces.stream().mapToLong(Piece::bytes).sum();
        if (bytes > limits.buffer()) {
            throw new TooLargeException("this model's weights take %,d bytes, and this GPU's buffers hold %,d"
                    .formatted(bytes, limits.buffer()));
        }
        Device device = gpu.device();
        this.uniforms = new Uniforms(device);
        long nowSize = 4L * (2 + maxTokens + maxRows) + (3L * (maxTokens + 1) + 3) / 4 * 4;
        this.nowBytes = Arena.ofAuto().allocate(nowSize, 4);
        this.now = Buffer.create(device, Buffer.Use.STORAGE, nowSize);
        this.logits = Buffer.create(device, Buffer.Use.STORAGE, row * roundUp(maxRows, TILE));
        this.readBack = Buffer.create(device, Buffer.Use.READ_BACK, row * maxRows);
        this.scores = Buffer.create(device, Buffer.Use.STORAGE, Math.max(4, scoresBytes()));
        takeSlots();
        piecesOf.forEach((id, each) -> upload(id, each));
        Planner planner = new Planner(this, gpu, piecesOf, given);
        for (Instruction instruction : program.instructions()) {
            stages.add(planner.plan(instruction));
        }
    }

    /** Columns from one row of a scratch or output tensor to the next: kernels take four at a time. */
    static int pitch(Tensor tensor) {
        return roundUp(tensor.columns(), 4);
    }

    static int roundUp(int count, int to) {
        return Math.ceilDiv(count, to) * to;
    }

    /** A unit's scores, and their sum. */
    static int scoreStride(Program program, Attention attention) {
        int window = attention.window();
        return (window > 0 ? Math.min(window, program.context()) : program.context()) + 1;
    }

    private static long scoresOfToken(Program program) {
        return program.instructions().stream()
                .filter(each -> each.opcode() == Opcode.ATTENTION)
                .map(Attention::of)
                .mapToLong(each -> 4L * each.heads() * scoreStride(program, each))
                .max()
                .orElse(0);
    }

    private long scoresBytes() {
        return scoresOfToken(program) * maxTokens;
    }

    private static int maxTokens(Program program, AdapterLimits limits) {
        long most = MOST_TOKENS;
        long scores = scoresOfToken(program);
        if (scores > limits.binding()) {
            throw new TooLargeException(
                    "the attention of one token takes %,d bytes, and a binding of this GPU holds %,d"
                            .formatted(scores, limits.binding()));
        }
        if (scores > 0) {
            most = Math.clamp(Math.min(SCORES_BYTES, limits.binding()) / scores, 1, most);
        }
        for (Tensor tensor : program.tensors()) {
            if (tensor.role() == Role.SCRATCH) {
                most = Math.min(most, limits.binding() / (4L * pitch(tensor)) / TILE * TILE);
            }
        }
        if (most < 1) {
            throw new TooLargeException("a tensor of this program is wider than a binding of this GPU, %,d bytes"
                    .formatted(limits.binding()));
        }
        return (int) most;
    }

    private long placeStates(AdapterLimits limits) {
        long at = 0;
        for (int id : program.withRole(Role.STATE)) {
            long bytes = 4 * program.tensor(id).elements();
            if (bytes > limits.binding()) {
                throw new TooLargeException("a session's %s takes %,d bytes, and a binding of this GPU holds %,d"
                        .formatted(program.tensor(id).name(), bytes, limits.binding()));
            }
            stateAt.put(id, at);
            at += Math.ceilDiv(bytes, (long) limits.alignment()) * limits.alignment();
        }
        if (at > limits.buffer()) {
            throw new TooLargeException(
                    "a session takes %,d bytes, and a buffer of this GPU holds %,d".formatted(at, limits.buffer()));
        }
        return at;
    }

    private void takeSlots() {
        long[] sizes = new long[plan.slots()];
        for (int id = 0; id < program.tensors().size(); id++) {
            Tensor tensor = program.tensor(id);
            if (tensor.role() == Role.SCRATCH && isWritten(id)) {
                int rows = tensor.shape().getFirst().equals(Dim.ROWS) ? maxRows : maxTokens;
                int slot = plan.slot(id);
                sizes[slot] = Math.max(sizes[slot], 4L * pitch(tensor) * roundUp(rows, TILE));
            }
        }
        for (long size : sizes) {
            slots.add(Buffer.create(gpu.device(), Buffer.Use.STORAGE, size));
        }
    }

    private boolean isWritten(int id) {
        return program.instructions().stream().anyMatch(each -> each.result() == id);
    }

    private void upload(int id, List<Piece> pieces) {
        List<Buffer> buffers = new ArrayList<>();
        for (Piece piece : pieces) {
            WeightTensor tensor = piece.tensor();
            Buffer buffer = Buffer.create(gpu.device(), Buffer.Use.STORAGE, piece.bytes());
            gpu.device()
                    .queue()
                    .write(buffer, 0, tensor.pages().memory().asSlice(piece.from(), piece.bytes()), piece.bytes());
            buffers.add(buffer);
        }
        weights.put(id, buffers);
    }

    Gpu gpu() {
        return gpu;
    }

    Program program() {
        return program;
    }

    int maxTokens() {
        return maxTokens;
    }

    int maxRows() {
        return maxRows;
    }

    Uniforms uniforms() {
        return uniforms;
    }

    Buffer weight(int id, int piece) {
        return Objects.requireNonNull(weights.get(id)).get(piece);
    }

    /** Where a scratch or output tensor is. */
    Buffer values(int id) {
        return id == program.output() ? logits : slots.get(plan.slot(id));
    }

    Buffer now() {
        return now;
    }

    MemorySegment nowBytes() {
        return nowBytes;
    }

    Buffer scores() {
        return scores;
    }

    Buffer readBack() {
        return readBack;
    }

    List<Stage> stages() {
        return stages;
    }

    long stateBytes() {
        return stateBytes;
    }

    long stateAt(int id) {
        return Objects.requireNonNull(stateAt.get(id));
    }

    List<SessionBinding> bindings() {
        return bindings;
    }

    /** What draws its logits. Made when something is drawn for the first time. */
    Drawer drawer() {
        Drawer made = drawer;
        if (made == null) {
            made = new Drawer(this);
            drawer = made;
        }
        return made;
    }

    /** Keeps what is to be closed with this. */
    BindGroup keep(BindGroup group) {
        groups.add(group);
        return group;
    }

    /** A table that is computed once for all instructions that want the same. */
    Buffer table(String key, java.util.function.Supplier<float[]> values) {
        return tables.computeIfAbsent(key, missing -> {
            float[] numbers = values.get();
            Buffer buffer = Buffer.create(gpu.device(), Buffer.Use.STORAGE, 4L * numbers.length);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment bytes = arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_FLOAT, numbers);
                gpu.device().queue().write(buffer, 0, bytes, bytes.byteSize());
            }
            return buffer;
        });
    }

    boolean isClosed() {
        return closed;
    }

    /** Its device has gone. */
    void lose() {
        lost = true;
    }

    boolean isLost() {
        return lost;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        groups.forEach(BindGroup::close);
        weights.values().forEach(each -> each.forEach(Buffer::close));
        slots.forEach(Buffer::close);
        tables.values().forEach(Buffer::close);
        uniforms.close();
        List.of(logits, now, readBack, scores).forEach(Buffer::close);
        if (drawer != null) {
            drawer.close();
        }
    }
}
