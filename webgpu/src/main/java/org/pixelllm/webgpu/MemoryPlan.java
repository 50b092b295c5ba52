package org.pixelllm.webgpu;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.pixelllm.pxvm.executor.ScratchPlan;
import org.pixelllm.pxvm.executor.Steps;
import org.pixelllm.pxvm.program.Dim;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Operation.Attention;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;
import org.pixelllm.webgpu.api.AdapterLimits;
import org.pixelllm.webgpu.kernel.Kernels;
import org.pixelllm.webgpu.kernel.Now;

/** How much memory a program takes on a device, and where things are in it: computed before any is taken. */
final class MemoryPlan {

    /** What the scores of one attention may take. */
    private static final long SCORES_BYTES = 64L << 20;

    private final Program program;
    private final int maxTokens;
    private final int maxRows;
    private final ScratchPlan scratch;
    private final long[] slotBytes;
    private final Map<Integer, Long> stateOffsets = new HashMap<>();
    private final long stateBytes;
    private final Map<Integer, List<Piece>> pieces = new HashMap<>();
    private final Map<Integer, WeightTensor> vectors = new HashMap<>();

    /**
     * Plans.
     *
     * @throws TooLargeException where the device cannot hold it
     */
    MemoryPlan(Program program, Weights weights, AdapterLimits limits) {
        if (program.keysValuesType() != ElementType.F32) {
            throw new TooLargeException("keys and values in %s are not for this executor, which keeps them in f32"
                    .formatted(program.keysValuesType().word()));
        }
        this.program = program;
        this.maxTokens = maxTokens(program, limits);
        this.maxRows = Math.clamp((long) Float.BYTES * Steps.MAX_LOGITS / logitsRowBytes(), 1, maxTokens);
        this.scratch = ScratchPlan.of(
                program, program.instructions().stream().map(List::of).toList());
        this.slotBytes = slotBytes();
        this.stateBytes = placeStates(limits);
        cutWeights(weights, limits);
    }

    /** Columns from one row of a scratch or output tensor to the next: kernels take four at a time. */
    static int pitch(Tensor tensor) {
        return roundUp(tensor.columns(), Kernels.QUAD);
    }

    private static int roundUp(int count, int to) {
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

    private static int maxTokens(Program program, AdapterLimits limits) {
        long most = Steps.MAX_TOKENS; // a longer step takes several passes
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
                most = Math.min(most, limits.binding() / (4L * pitch(tensor)) / Kernels.TILE * Kernels.TILE);
            }
        }
        if (most < 1) {
            throw new TooLargeException("a tensor of this program is wider than a binding of this GPU, %,d bytes"
                    .formatted(limits.binding()));
        }
        return (int) most;
    }

    private long[] slotBytes() {
        long[] bytes = new long[scratch.slots()];
        for (Instruction instruction : program.instructions()) {
            Tensor tensor = program.tensor(instruction.result());
            if (tensor.role() == Role.SCRATCH) {
                int rows = tensor.shape().getFirst().equals(Dim.ROWS) ? maxRows : maxTokens;
                int slot = scratch.slot(instruction.result());
                bytes[slot] = Math.max(bytes[slot], 4L * pitch(tensor) * roundUp(rows, Kernels.TILE));
            }
        }
        long all = LongStream.of(bytes).sum();
        if (all > ScratchPlan.MAX_BYTES) {
            throw new TooLargeException(
                    "a pass of this program takes %,d bytes of scratch memory, more than the limit of %,d"
                            .formatted(all, ScratchPlan.MAX_BYTES));
        }
        return bytes;
    }

    private long placeStates(AdapterLimits limits) {
        long at = 0;
        for (int id : program.withRole(Role.STATE)) {
            long bytes = 4 * program.tensor(id).elements();
            if (bytes > limits.binding()) {
                throw new TooLargeException(
                        "a session's %s takes %,d bytes, and a binding of this GPU holds %,d; a smaller --context takes less"
                                .formatted(program.tensor(id).name(), bytes, limits.binding()));
            }
            stateOffsets.put(id, at);
            at += Math.ceilDiv(bytes, (long) limits.alignment()) * limits.alignment();
        }
        if (at > limits.buffer()) {
            throw new TooLargeException(
                    "a session takes %,d bytes, and a buffer of this GPU holds %,d; a smaller --context takes less"
                            .formatted(at, limits.buffer()));
        }
        return at;
    }

    private void cutWeights(Weights weights, AdapterLimits limits) {
        long bytes = 0;
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            if (isVector(tensor)) {
                bytes += placeVector(tensor, weights.get(id), limits);
                vectors.put(id, weights.get(id));
            } else {
                List<Piece> each = Piece.of(tensor.name(), weights.get(id), limits.binding());
                pieces.put(id, each);
                bytes += each.stream().mapToLong(Piece::bytes).sum();
            }
        }
        if (bytes > limits.buffer()) {
            throw new TooLargeException("this model's weights take %,d bytes, and this GPU's buffers hold %,d"
                    .formatted(bytes, limits.buffer()));
        }
    }

    private static boolean isVector(Tensor tensor) {
        return tensor.shape().size() == 1;
    }

    private static long placeVector(Tensor tensor, WeightTensor vector, AdapterLimits limits) {
        long bytes = vectorBytes(vector);
        if (bytes > limits.binding()) {
            throw new TooLargeException("%s takes %,d bytes, and a binding of this GPU holds %,d"
                    .formatted(tensor.name(), bytes, limits.binding()));
        }
        return bytes;
    }

    /** Bytes of a vector, which is kept as f32 whatever its type is. */
    static long vectorBytes(WeightTensor vector) {
        return (long) Float.BYTES * roundUp(vector.columns(), Kernels.QUAD);
    }

    Program program() {
        return program;
    }

    /** The most tokens of a pass. */
    int maxTokens() {
        return maxTokens;
    }

    /** The most rows of logits of a pass. */
    int maxRows() {
        return maxRows;
    }

    /** Columns from one row of logits to the next. */
    int logitsPitch() {
        return pitch(program.tensor(program.output()));
    }

    private long logitsRowBytes() {
        return 4L * logitsPitch();
    }

    /** Bytes that a number of rows of logits take. */
    long logitsBytes(int rows) {
        return logitsRowBytes() * rows;
    }

    /** Bytes of the buffer of logits, which products write in whole tiles. */
    long logitsBytes() {
        return logitsBytes(roundUp(maxRows, Kernels.TILE));
    }

    /** Bytes of what changes with every pass, in the largest one. */
    long nowBytes() {
        return nowBytes(maxTokens, maxRows);
    }

    /** Bytes of what changes with every pass: {@link Now}. A multiple of 4. */
    static long nowBytes(int tokens, int rows) {
        return 4L * Now.image(tokens, rows) + (3L * (tokens + 1) + 3) / 4 * 4;
    }

    /** Bytes of the scores of one attention. */
    long scoresBytes() {
        return Math.max(4, scoresOfToken(program) * maxTokens);
    }

    /** Bytes of each buffer that scratch tensors share. */
    long[] scratchBytes() {
        return slotBytes.clone();
    }

    /** The number of the buffer of a scratch tensor. */
    int scratchSlot(int id) {
        return scratch.slot(id);
    }

    /** Bytes of a session's state tensors together; 0 where the program has none. */
    long stateBytes() {
        return stateBytes;
    }

    /** The offset of a state tensor. */
    long stateOffset(int id) {
        return Objects.requireNonNull(stateOffsets.get(id));
    }

    /** The weights that are vectors, by the tensor's id. */
    Map<Integer, WeightTensor> vectors() {
        return vectors;
    }

    /** The pieces of every matrix, by the tensor's id. */
    Map<Integer, List<Piece>> pieces() {
        return pieces;
    }

    /** The pieces of a matrix, in the order of its rows. */
    List<Piece> pieces(int id) {
        return Objects.requireNonNull(pieces.get(id));
    }
}
