package org.pixelllm.webgpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.pixelllm.pxvm.executor.Rotation;
import org.pixelllm.pxvm.program.Dim;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Operation.Attention;
import org.pixelllm.pxvm.program.Operation.Binary;
import org.pixelllm.pxvm.program.Operation.Embed;
import org.pixelllm.pxvm.program.Operation.LayerNorm;
import org.pixelllm.pxvm.program.Operation.Matmul;
import org.pixelllm.pxvm.program.Operation.Mean;
import org.pixelllm.pxvm.program.Operation.Position;
import org.pixelllm.pxvm.program.Operation.RmsNorm;
import org.pixelllm.pxvm.program.Operation.Rope;
import org.pixelllm.pxvm.program.Operation.Scale;
import org.pixelllm.pxvm.program.Operation.Softcap;
import org.pixelllm.pxvm.program.Operation.Unary;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;
import org.pixelllm.webgpu.api.BindGroup;
import org.pixelllm.webgpu.api.BindGroup.Entry;
import org.pixelllm.webgpu.api.Buffer;
import org.pixelllm.webgpu.api.Pipeline;

/** Turns instructions into dispatches: one method for each kind of kernel. Bindings have one number in all kernels. */
final class Planner {

    private static final int SHAPE = 0;
    private static final int WEIGHT = 1;
    private static final int NOW = 2;
    private static final int FIRST = 3;
    private static final int SECOND = 4;
    private static final int RESULT = 5;
    private static final int PLACE = 6;

    /** Threads of a workgroup: of kernels with a thread for each value, and of those with a thread for each row. */
    private static final int THREADS = 64;

    private static final int ROW_THREADS = 32;

    /** Positions between two rows of the second table of angles. */
    private static final int TURN_STEP = 256;

    private final Loaded loaded;
    private final Gpu gpu;
    private final Program program;
    private final Map<Integer, List<Piece>> pieces;
    private final Weights weights;

    Planner(Loaded loaded, Gpu gpu, Map<Integer, List<Piece>> pieces, Weights weights) {
        this.loaded = loaded;
        this.gpu = gpu;
        this.program = loaded.program();
        this.pieces = pieces;
        this.weights = weights;
    }

    /** The dispatches of an instruction, in order. */
    Loaded.Stage plan(Instruction in) {
        List<Dispatch> each = switch (in.opcode()) {
            case EMBED -> lookup(in, Embed.of(in).table(), "embed");
            case POSITION -> lookup(in, Position.of(in).table(), "position");
            case MEAN -> mean(Mean.of(in));
            case SELECT -> select(Unary.of(in));
            case MATMUL -> product(Matmul.of(in), 1);
            case ADD -> pair(Binary.of(in), "add");
            case MUL -> pair(Binary.of(in), "mul");
            case RELU -> map(Unary.of(in), "relu");
            case SILU -> map(Unary.of(in), "silu");
            case GELU -> map(Unary.of(in), "gelu");
            case GELU_TANH -> map(Unary.of(in), "tanh", "gelu_tanh");
            case SCALE -> scale(Scale.of(in));
            case SOFTCAP -> softcap(Softcap.of(in));
            case RMSNORM -> rmsnorm(RmsNorm.of(in));
            case LAYERNORM -> layernorm(LayerNorm.of(in));
            case ROPE -> rope(Rope.of(in), "rope " + in.attributes());
            case ATTENTION -> attention(Attention.of(in));
        };
        boolean isProduct = in.opcode() == org.pixelllm.pxvm.program.Opcode.MATMUL;
        return new Loaded.Stage(in, each, isProduct ? product(Matmul.of(in), Loaded.TILE) : each);
    }

    private int pitch(int id) {
        return Loaded.pitch(program.tensor(id));
    }

    private int groups(int id) {
        return pitch(id) / 4;
    }

    private int columns(int id) {
        return program.tensor(id).columns();
    }

    /** 0 where a tensor has a row for each token, 1 where for each row asked for. */
    private int kind(int id) {
        return program.tensor(id).shape().getFirst().equals(Dim.ROWS) ? 1 : 0;
    }

    private static int rows(int kind, Reach reach) {
        return kind == 1 ? reach.rows() : reach.tokens();
    }

    private Entry whole(int binding, Buffer buffer) {
        return new Entry(binding, buffer, 0, buffer.size());
    }

    private Entry values(int binding, int id) {
        return whole(binding, loaded.values(id));
    }

    private Entry now() {
        return whole(NOW, loaded.now());
    }

    private Entry shape(int... words) {
        return loaded.uniforms().add(SHAPE, words);
    }

    private Dispatch once(Pipeline pipeline, Dispatch.Extent extent, Entry... entries) {
        BindGroup group = loaded.keep(BindGroup.create(gpu.device(), pipeline, 0, List.of(entries)));
        return new Dispatch(pipeline, group, Dispatch.NONE, extent);
    }

    /** A dispatch for each session, with its numbers and these states of it in group 1. */
    private Dispatch perSession(Pipeline pipeline, Dispatch.Extent extent, List<Integer> states, Entry... entries) {
        BindGroup group = loaded.keep(BindGroup.create(gpu.device(), pipeline, 0, List.of(entries)));
        Dispatch dispatch = new Dispatch(pipeline, group, loaded.bindings().size(), extent);
        loaded.bindings().add(new Loaded.SessionBinding(dispatch, states));
        return dispatch;
    }

    private static String[] with(String[] weight, String... kernel) {
        String[] all = new String[weight.length + kernel.length];
        System.arraycopy(weight, 0, all, 0, weight.length);
        System.arraycopy(kernel, 0, all, weight.length, kernel.length);
        return all;
    }

    private Entry place(Piece piece) {
        return loaded.uniforms().add(PLACE, piece.place());
    }

    private List<Dispatch> map(Unary in, String... files) {
        return map(in.x(), in.result(), 0, files);
    }

    private List<Dispatch> scale(Scale in) {
        return map(in.x(), in.result(), in.factor(), "scale");
    }

    private List<Dispatch> softcap(Softcap in) {
        return map(in.x(), in.result(), in.cap(), "tanh", "softcap");
    }

    private List<Dispatch> map(int x, int y, float number, String... files) {
        int kind = kind(y);
        int groups = groups(y);
        return List.of(once(
                gpu.pipeline(0, with(files, "map")),
                reach -> Dispatch.flat((long) rows(kind, reach) * groups, THREADS),
                shape(kind, groups, Float.floatToRawIntBits(number)),
                now(),
                values(FIRST, x),
                values(RESULT, y)));
    }

    private List<Dispatch> pair(Binary in, String file) {
        int kind = kind(in.result());
        int groups = groups(in.result());
        return List.of(once(
                gpu.pipeline(0, file, "pair"),
                reach -> Dispatch.flat((long) rows(kind, reach) * groups, THREADS),
                shape(kind, groups),
                now(),
                values(FIRST, in.a()),
                values(SECOND, in.b()),
                values(RESULT, in.result())));
    }

    private List<Dispatch> select(Unary in) {
        int groups = groups(in.result());
        return List.of(once(
                gpu.pipeline(0, "select"),
                reach -> Dispatch.flat((long) reach.rows() * groups, THREADS),
                shape(groups),
                now(),
                values(FIRST, in.x()),
                values(RESULT, in.result())));
    }

    private List<Dispatch> lookup(Instruction in, int table, String file) {
        int groups = groups(in.result());
        List<Dispatch> all = new ArrayList<>();
        List<Piece> of = pieces(table);
        for (int i = 0; i < of.size(); i++) {
            Piece piece = of.get(i);
            all.add(once(
                    gpu.pipeline(0, with(piece.files(), file, "lookup")),
                    reach -> Dispatch.flat((long) reach.tokens() * groups, THREADS),
                    shape(groups, piece.first(), piece.count()),
                    whole(WEIGHT, loaded.weight(table, i)),
                    now(),
                    values(RESULT, in.result()),
                    place(piece)));
        }
        return all;
    }

    private List<Dispatch> product(Matmul in, int tile) {
        int kind = kind(in.result());
        int w = in.w();
        boolean byRows = gpu.variant() == Gpu.Variant.ROWS;
        List<Dispatch> all = new ArrayList<>();
        List<Piece> of = pieces(w);
        for (int i = 0; i < of.size(); i++) {
            Piece piece = of.get(i);
            all.add(once(
                    gpu.pipeline(
                            tile, with(piece.files(), "product", gpu.variant().file("product"))),
                    reach -> {
                        int[] extent = Dispatch.flat(piece.count(), byRows ? ROW_THREADS : 1);
                        extent[2] = Math.ceilDiv(rows(kind, reach), tile);
                        return extent;
                    },
                    shape(kind, columns(in.x()), groups(in.x()), pitch(in.result()), piece.first(), piece.count()),
                    whole(WEIGHT, loaded.weight(w, i)),
                    now(),
                    values(FIRST, in.x()),
                    values(RESULT, in.result()),
                    place(piece)));
        }
        if (in.hasB()) {
            all.add(bias(in.result(), in.b()));
        }
        return all;
    }

    private List<Piece> pieces(int weight) {
        return Objects.requireNonNull(pieces.get(weight));
    }

    /** A vector's piece, which is one: a vector is one row. */
    private Piece vector(int id) {
        return pieces(id).getFirst();
    }

    private Dispatch bias(int y, int b) {
        int kind = kind(y);
        int groups = groups(y);
        Piece piece = vector(b);
        return once(
                gpu.pipeline(0, with(piece.files(), "bias")),
                reach -> Dispatch.flat((long) rows(kind, reach) * groups, THREADS),
                shape(kind, groups),
                whole(WEIGHT, loaded.weight(b, 0)),
                now(),
                values(RESULT, y),
                place(piece));
    }

    private List<Dispatch> rmsnorm(RmsNorm in) {
        return List.of(norm(in.x(), in.gain(), in.epsilon(), in.result(), "rmsnorm"));
    }

    private List<Dispatch> layernorm(LayerNorm in) {
        Dispatch norm = norm(in.x(), in.gain(), in.epsilon(), in.result(), "layernorm");
        return in.hasBias() ? List.of(norm, bias(in.result(), in.bias())) : List.of(norm);
    }

    private Dispatch norm(int x, int gain, float epsilon, int y, String kernel) {
        int kind = kind(y);
        WeightTensor vector = weights.get(gain);
        int runs = columns(y) / vector.columns();
        boolean byRows = gpu.variant() == Gpu.Variant.ROWS;
        String[] files = with(vector(gain).files(), "norm", gpu.variant().file(kernel));
        return once(
                gpu.pipeline(0, byRows ? files : with(new String[] {"sum_group"}, files)),
                reach -> Dispatch.flat((long) rows(kind, reach) * runs, byRows ? ROW_THREADS : 1),
                shape(kind, pitch(y), runs, vector.columns(), Float.floatToRawIntBits(epsilon)),
                whole(WEIGHT, loaded.weight(gain, 0)),
                now(),
                values(FIRST, x),
                values(RESULT, y),
                place(vector(gain)));
    }

    private List<Dispatch> rope(Rope in, String angles) {
        int columns = columns(in.result());
        Buffer turns = loaded.table(angles, () -> turns(in));
        return List.of(once(
                gpu.pipeline(0, "rope"),
                reach -> Dispatch.flat((long) reach.tokens() * columns, THREADS),
                shape(pitch(in.result()), columns, in.head(), in.dims(), in.halves()),
                now(),
                values(FIRST, in.x()),
                whole(SECOND, turns),
                values(RESULT, in.result())));
    }

    /** Two tables of angles, as {@code rope.wgsl} wants them. */
    private float[] turns(Rope in) {
        Rotation rotation = Rotation.of(in);
        int dims = in.dims();
        int far = Math.ceilDiv(program.context(), TURN_STEP);
        float[] turns = new float[(TURN_STEP + far) * dims];
        for (int row = 0; row < TURN_STEP + far; row++) {
            int position = row < TURN_STEP ? row : (row - TURN_STEP) * TURN_STEP;
            System.arraycopy(rotation.at(position), 0, turns, row * dims, dims);
        }
        return turns;
    }

    private List<Dispatch> mean(Mean in) {
        int columns = columns(in.result());
        return List.of(perSession(
                gpu.pipeline(0, "mean"),
                reach -> Dispatch.flat(columns, THREADS),
                List.of(in.sum()),
                shape(pitch(in.result()), columns),
                values(FIRST, in.x()),
                values(RESULT, in.result())));
    }

    private List<Dispatch> attention(Attention in) {
        int heads = in.heads();
        int width = columns(in.result()) / heads;
        int kv = columns(in.k());
        int stride = Loaded.scoreStride(program, in);
        boolean byRows = gpu.variant() == Gpu.Variant.ROWS;
        int[] shape = {
            heads,
            heads / in.kvHeads(),
            width,
            pitch(in.result()),
            kv,
            in.window(),
            stride,
            Float.floatToRawIntBits(in.scale()),
            Float.floatToRawIntBits(in.softcap())
        };
        String weightsFile = gpu.variant().file("attention_weights");
        Dispatch remember = perSession(
                gpu.pipeline(0, "remember"),
                reach -> Dispatch.flat((long) reach.tokens() * kv, THREADS),
                List.of(in.keys(), in.values()),
                shape(pitch(in.k()), kv),
                values(FIRST, in.k()),
                values(SECOND, in.v()));
        Dispatch scores = perSession(
                gpu.pipeline(0, "tanh", "attention", "attention_scores"),
                reach -> {
                    int[] units = Dispatch.flat((long) reach.tokens() * heads, 1);
                    int seen = Math.min(reach.end(), stride - 1);
                    return new int[] {Math.ceilDiv(seen, ROW_THREADS), units[0], units[1]};
                },
                List.of(in.keys()),
                shape(shape),
                values(FIRST, in.q()),
                whole(RESULT, loaded.scores()));
        Dispatch exponentials = perSession(
                byRows
                        ? gpu.pipeline(0, "attention", weightsFile)
                        : gpu.pipeline(0, "sum_group", "attention", weightsFile),
                reach -> Dispatch.flat((long) reach.tokens() * heads, byRows ? ROW_THREADS : 1),
                List.of(),
                shape(shape),
                whole(RESULT, loaded.scores()));
        Dispatch mix = perSession(
                gpu.pipeline(0, "attention", "attention_mix"),
                reach -> Dispatch.flat((long) reach.tokens() * heads * width, THREADS),
                List.of(in.values()),
                shape(shape),
                whole(FIRST, loaded.scores()),
                values(RESULT, in.result()));
        return List.of(remember, scores, exponentials, mix);
    }
}
