package org.pixelllm.webgpu;

import static org.pixelllm.webgpu.kernel.Slot.FIRST;
import static org.pixelllm.webgpu.kernel.Slot.NOW;
import static org.pixelllm.webgpu.kernel.Slot.PLACE;
import static org.pixelllm.webgpu.kernel.Slot.RESULT;
import static org.pixelllm.webgpu.kernel.Slot.SECOND;
import static org.pixelllm.webgpu.kernel.Slot.WEIGHT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.pixelllm.pxvm.executor.Rotation;
import org.pixelllm.pxvm.program.Dim;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Operation.Attention;
import org.pixelllm.pxvm.program.Operation.Binary;
import org.pixelllm.pxvm.program.Operation.Combine;
import org.pixelllm.pxvm.program.Operation.Embed;
import org.pixelllm.pxvm.program.Operation.Experts;
import org.pixelllm.pxvm.program.Operation.LayerNorm;
import org.pixelllm.pxvm.program.Operation.Matmul;
import org.pixelllm.pxvm.program.Operation.Mean;
import org.pixelllm.pxvm.program.Operation.Position;
import org.pixelllm.pxvm.program.Operation.RmsNorm;
import org.pixelllm.pxvm.program.Operation.Rope;
import org.pixelllm.pxvm.program.Operation.Route;
import org.pixelllm.pxvm.program.Operation.Scale;
import org.pixelllm.pxvm.program.Operation.Softcap;
import org.pixelllm.pxvm.program.Operation.Unary;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.Groups;
import org.pixelllm.webgpu.ProgramDispatches.SessionBinding;
import org.pixelllm.webgpu.ProgramDispatches.Stage;
import org.pixelllm.webgpu.api.BindGroup;
import org.pixelllm.webgpu.api.BindGroup.Entry;
import org.pixelllm.webgpu.api.Buffer;
import org.pixelllm.webgpu.api.Pipeline;
import org.pixelllm.webgpu.kernel.Kernel;
import org.pixelllm.webgpu.kernel.Kernels;
import org.pixelllm.webgpu.kernel.Kernels.Function;
import org.pixelllm.webgpu.kernel.Kernels.LookupKey;
import org.pixelllm.webgpu.kernel.Kernels.NormKind;
import org.pixelllm.webgpu.kernel.Kernels.PairFunction;
import org.pixelllm.webgpu.kernel.Now;
import org.pixelllm.webgpu.kernel.Shape;
import org.pixelllm.webgpu.kernel.Slot;

/** Turns the instructions of a program into dispatches: one method for each kind of kernel. */
final class Planner {

    private final Gpu gpu;
    private final MemoryPlan plan;
    private final DeviceMemory memory;
    private final Program program;
    private final Resources bindGroups = new Resources();
    private final List<SessionBinding> sessionBindings = new ArrayList<>();

    Planner(Gpu gpu, MemoryPlan plan, DeviceMemory memory) {
        this.gpu = gpu;
        this.plan = plan;
        this.memory = memory;
        this.program = plan.program();
    }

    /** The dispatches of all instructions; where one cannot be planned, no bind group is kept. */
    ProgramDispatches plan() {
        try {
            List<Stage> stages = program.instructions().stream().map(this::plan).toList();
            return new ProgramDispatches(stages, List.copyOf(sessionBindings), bindGroups);
        } catch (RuntimeException | Error e) {
            bindGroups.close();
            throw e;
        }
    }

    private Stage plan(Instruction in) {
        List<Dispatch> each = switch (in.opcode()) {
            case EMBED -> lookup(in, Embed.of(in).table(), LookupKey.EMBED);
            case POSITION -> lookup(in, Position.of(in).table(), LookupKey.POSITION);
            case MEAN -> mean(Mean.of(in));
            case SELECT -> select(Unary.of(in));
            case MATMUL -> product(Matmul.of(in), 1);
            case ADD -> pair(Binary.of(in), PairFunction.ADD);
            case MUL -> pair(Binary.of(in), PairFunction.MUL);
            case RELU -> map(Unary.of(in), Function.RELU);
            case SILU -> map(Unary.of(in), Function.SILU);
            case GELU -> map(Unary.of(in), Function.GELU);
            case GELU_TANH -> map(Unary.of(in), Function.GELU_TANH);
            case SCALE -> scale(Scale.of(in));
            case SOFTCAP -> softcap(Softcap.of(in));
            case RMSNORM -> rmsnorm(RmsNorm.of(in));
            case LAYERNORM -> layernorm(LayerNorm.of(in));
            case ROPE -> rope(Rope.of(in));
            case ATTENTION -> attention(Attention.of(in));
            case ROUTE -> route(Route.of(in));
            case EXPERTS -> experts(Experts.of(in));
            case COMBINE -> combine(Combine.of(in));
        };
        boolean isProduct = in.opcode() == Opcode.MATMUL;
        return new Stage(in, each, isProduct ? product(Matmul.of(in), Kernels.TILE) : each);
    }

    private int pitch(int id) {
        return MemoryPlan.pitch(program.tensor(id));
    }

    private int groups(int id) {
        return pitch(id) / Kernels.QUAD;
    }

    private int columns(int id) {
        return program.tensor(id).columns();
    }

    /** Where {@code now} has the number of a tensor's rows. */
    private int kind(int id) {
        return program.tensor(id).shape().getFirst().equals(Dim.ROWS) ? Now.ROWS : Now.TOKENS;
    }

    private static int rows(int kind, Workload work) {
        return kind == Now.ROWS ? work.rows() : work.tokens();
    }

    private static Entry whole(Slot slot, Buffer buffer) {
        return new Entry(slot.number(), buffer, 0, buffer.size());
    }

    private Entry values(Slot slot, int id) {
        return whole(slot, memory.values(id));
    }

    private Entry now() {
        return whole(NOW, memory.now());
    }

    private Entry shape(Shape shape) {
        return memory.uniform(Slot.SHAPE, shape);
    }

    private BindGroup bind(Pipeline pipeline, Entry... entries) {
        return bindGroups.add(BindGroup.create(gpu.device(), pipeline, 0, List.of(entries)));
    }

    private Dispatch once(Kernel kernel, Dispatch.Extent extent, Entry... entries) {
        Pipeline pipeline = gpu.pipeline(kernel);
        return new Dispatch(pipeline, bind(pipeline, entries), Dispatch.NONE, extent);
    }

    /** A dispatch for each session, with its numbers and these states of it in group 1. */
    private Dispatch perSession(Kernel kernel, Dispatch.Extent extent, List<Integer> states, Entry... entries) {
        Pipeline pipeline = gpu.pipeline(kernel);
        Dispatch dispatch = new Dispatch(pipeline, bind(pipeline, entries), sessionBindings.size(), extent);
        sessionBindings.add(new SessionBinding(dispatch, states));
        return dispatch;
    }

    private Entry place(Piece piece) {
        return memory.uniform(PLACE, piece.place());
    }

    private List<Dispatch> map(Unary in, Function function) {
        return map(in.x(), in.result(), 0, function);
    }

    private List<Dispatch> scale(Scale in) {
        return map(in.x(), in.result(), in.factor(), Function.SCALE);
    }

    private List<Dispatch> softcap(Softcap in) {
        return map(in.x(), in.result(), in.cap(), Function.SOFTCAP);
    }

    private List<Dispatch> map(int x, int y, float number, Function function) {
        int kind = kind(y);
        int groups = groups(y);
        Kernel kernel = Kernels.map(function);
        return List.of(once(
                kernel,
                work -> kernel.workgroups((long) rows(kind, work) * groups),
                shape(new Shape.Map(kind, groups, number)),
                now(),
                values(FIRST, x),
                values(RESULT, y)));
    }

    private List<Dispatch> pair(Binary in, PairFunction function) {
        int kind = kind(in.result());
        int groups = groups(in.result());
        Kernel kernel = Kernels.pair(function);
        return List.of(once(
                kernel,
                work -> kernel.workgroups((long) rows(kind, work) * groups),
                shape(new Shape.Pair(kind, groups)),
                now(),
                values(FIRST, in.a()),
                values(SECOND, in.b()),
                values(RESULT, in.result())));
    }

    private List<Dispatch> select(Unary in) {
        int groups = groups(in.result());
        Kernel kernel = Kernels.select();
        return List.of(once(
                kernel,
                work -> kernel.workgroups((long) work.rows() * groups),
                shape(new Shape.Select(groups)),
                now(),
                values(FIRST, in.x()),
                values(RESULT, in.result())));
    }

    private List<Dispatch> lookup(Instruction in, int table, LookupKey key) {
        int groups = groups(in.result());
        List<Dispatch> all = new ArrayList<>();
        List<Piece> of = plan.pieces(table);
        for (int i = 0; i < of.size(); i++) {
            Piece piece = of.get(i);
            Kernel kernel = Kernels.lookup(key, piece.layout());
            all.add(once(
                    kernel,
                    work -> kernel.workgroups((long) work.tokens() * groups),
                    shape(new Shape.Lookup(groups, piece.first(), piece.count())),
                    whole(WEIGHT, memory.matrix(table, i)),
                    now(),
                    values(RESULT, in.result()),
                    place(piece)));
        }
        return all;
    }

    private List<Dispatch> product(Matmul in, int tile) {
        int kind = kind(in.result());
        int w = in.w();
        List<Dispatch> all = new ArrayList<>();
        List<Piece> of = plan.pieces(w);
        for (int i = 0; i < of.size(); i++) {
            Piece piece = of.get(i);
            int quads = Math.ceilDiv(piece.count(), Kernels.QUAD);
            int items = switch (gpu.variant()) {
                case ROWS -> quads;
                case GROUP -> piece.groups();
            };
            Kernel kernel = Kernels.product(piece.layout(), tile, gpu.variant());
            all.add(once(
                    kernel,
                    work -> {
                        int[] extent = kernel.workgroups(items);
                        extent[2] = Math.ceilDiv(rows(kind, work), tile);
                        return extent;
                    },
                    shape(new Shape.Product(
                            kind, groups(in.x()), groups(in.result()), piece.first() / Kernels.QUAD, quads)),
                    whole(WEIGHT, memory.matrix(w, i)),
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

    private Dispatch bias(int y, int b) {
        int kind = kind(y);
        int groups = groups(y);
        Kernel kernel = Kernels.bias();
        return once(
                kernel,
                work -> kernel.workgroups((long) rows(kind, work) * groups),
                shape(new Shape.Bias(kind, groups)),
                now(),
                whole(FIRST, memory.vector(b)),
                values(RESULT, y));
    }

    private List<Dispatch> rmsnorm(RmsNorm in) {
        return List.of(norm(in.x(), in.gain(), in.epsilon(), in.result(), NormKind.RMS));
    }

    private List<Dispatch> layernorm(LayerNorm in) {
        Dispatch norm = norm(in.x(), in.gain(), in.epsilon(), in.result(), NormKind.LAYER);
        return in.hasBias() ? List.of(norm, bias(in.result(), in.bias())) : List.of(norm);
    }

    private Dispatch norm(int x, int gain, float epsilon, int y, NormKind norm) {
        int kind = kind(y);
        int columns = columns(gain);
        int runs = columns(y) / columns;
        Kernel kernel = Kernels.norm(norm, gpu.variant());
        return once(
                kernel,
                work -> kernel.workgroups((long) rows(kind, work) * runs),
                shape(new Shape.Norm(kind, pitch(y), runs, columns, epsilon)),
                now(),
                values(FIRST, x),
                whole(SECOND, memory.vector(gain)),
                values(RESULT, y));
    }

    private List<Dispatch> rope(Rope in) {
        int columns = columns(in.result());
        Buffer turns = memory.table("rope " + in.angles(), () -> turns(in));
        Kernel kernel = Kernels.rope();
        return List.of(once(
                kernel,
                work -> kernel.workgroups((long) work.tokens() * columns),
                shape(new Shape.Rope(pitch(in.result()), columns, in.head(), in.dims(), in.halves())),
                now(),
                values(FIRST, in.x()),
                whole(SECOND, turns),
                values(RESULT, in.result())));
    }

    /** Two tables of angles, as {@code rope.wgsl} reads them. */
    private float[] turns(Rope in) {
        int dims = in.dims();
        float[] factors =
                in.hasFactors() ? plan.pieces(in.factors()).getFirst().tensor().decode() : new float[dims];
        Rotation near = Rotation.of(in, factors);
        // What makes a turned pair longer stands in the first table alone: an angle is taken from both.
        Arrays.fill(factors, dims / 2, dims, 1);
        Rotation far = Rotation.of(in, factors);
        int steps = Math.ceilDiv(program.context(), Kernels.TURN_STEP);
        float[] turns = new float[(Kernels.TURN_STEP + steps) * dims];
        for (int row = 0; row < Kernels.TURN_STEP; row++) {
            System.arraycopy(near.at(row), 0, turns, row * dims, dims);
        }
        for (int step = 0; step < steps; step++) {
            float[] angles = far.at(step * Kernels.TURN_STEP);
            System.arraycopy(angles, 0, turns, (Kernels.TURN_STEP + step) * dims, dims);
        }
        return turns;
    }

    private List<Dispatch> route(Route in) {
        int kind = kind(in.result());
        Kernel kernel = Kernels.route();
        return List.of(once(
                kernel,
                work -> kernel.workgroups(rows(kind, work)),
                shape(new Shape.Route(
                        kind,
                        pitch(in.scores()),
                        pitch(in.result()),
                        columns(in.scores()),
                        in.k(),
                        in.gate(),
                        in.normalise(),
                        in.scale())),
                now(),
                values(FIRST, in.scores()),
                values(RESULT, in.result())));
    }

    private List<Dispatch> experts(Experts in) {
        int kind = kind(in.result());
        int k = columns(in.route()) / 2;
        int outputs = columns(in.result()) / k;
        int inputs = columns(in.w());
        int xStep = columns(in.x()) == inputs ? 0 : inputs;
        int together = switch (gpu.variant()) {
            case ROWS -> Kernels.QUAD;
            case GROUP -> Groups.MATRIX;
        };
        // Where the rows of experts do not begin a quad or a group, an expert may have a part of one more.
        int parts = Math.ceilDiv(outputs % together == 0 ? outputs : outputs + together - 1, together);
        List<Dispatch> all = new ArrayList<>();
        List<Piece> of = plan.pieces(in.w());
        for (int i = 0; i < of.size(); i++) {
            Piece piece = of.get(i);
            Kernel kernel = Kernels.experts(piece.layout(), gpu.variant());
            all.add(once(
                    kernel,
                    work -> kernel.workgroups((long) rows(kind, work) * k * parts),
                    shape(new Shape.Experts(
                            kind,
                            k,
                            parts,
                            outputs,
                            pitch(in.x()),
                            xStep,
                            pitch(in.route()),
                            pitch(in.result()),
                            piece.first(),
                            piece.count())),
                    whole(WEIGHT, memory.matrix(in.w(), i)),
                    now(),
                    values(FIRST, in.x()),
                    values(SECOND, in.route()),
                    values(RESULT, in.result()),
                    place(piece)));
        }
        if (in.hasB()) {
            Kernel kernel = Kernels.expertsBias();
            all.add(once(
                    kernel,
                    work -> kernel.workgroups((long) rows(kind, work) * k * outputs),
                    shape(new Shape.ExpertsBias(kind, k, outputs, pitch(in.route()), pitch(in.result()))),
                    now(),
                    whole(FIRST, memory.vector(in.b())),
                    values(SECOND, in.route()),
                    values(RESULT, in.result())));
        }
        return all;
    }

    private List<Dispatch> combine(Combine in) {
        int kind = kind(in.result());
        int columns = columns(in.result());
        Kernel kernel = Kernels.combine();
        return List.of(once(
                kernel,
                work -> kernel.workgroups((long) rows(kind, work) * columns),
                shape(new Shape.Combine(
                        kind, columns(in.route()) / 2, columns, pitch(in.x()), pitch(in.route()), pitch(in.result()))),
                now(),
                values(FIRST, in.x()),
                values(SECOND, in.route()),
                values(RESULT, in.result())));
    }

    private List<Dispatch> mean(Mean in) {
        int columns = columns(in.result());
        Kernel kernel = Kernels.mean();
        return List.of(perSession(
                kernel,
                work -> kernel.workgroups(columns),
                List.of(in.sum()),
                shape(new Shape.Mean(pitch(in.result()), columns)),
                values(FIRST, in.x()),
                values(RESULT, in.result())));
    }

    private List<Dispatch> attention(Attention in) {
        int heads = in.heads();
        int width = columns(in.result()) / heads;
        int kv = columns(in.k());
        int stride = MemoryPlan.scoreStride(program, in);
        Shape shape = new Shape.Attention(
                heads,
                heads / in.kvHeads(),
                width,
                pitch(in.result()),
                kv,
                in.window(),
                stride,
                in.scale(),
                in.softcap());
        Kernel remembering = Kernels.remember();
        Dispatch remember = perSession(
                remembering,
                work -> remembering.workgroups((long) work.tokens() * kv),
                List.of(in.keys(), in.values()),
                shape(new Shape.Remember(pitch(in.k()), kv)),
                values(FIRST, in.k()),
                values(SECOND, in.v()));
        Kernel scoring = Kernels.attentionScores();
        Dispatch scores = perSession(
                scoring,
                work -> scoring.workgroups(Math.min(work.end(), stride - 1), (long) work.tokens() * heads),
                List.of(in.keys()),
                shape(shape),
                values(FIRST, in.q()),
                whole(RESULT, memory.scores()));
        Kernel weighting = Kernels.attentionWeights(gpu.variant());
        Dispatch exponentials = perSession(
                weighting,
                work -> weighting.workgroups((long) work.tokens() * heads),
                List.of(),
                shape(shape),
                whole(RESULT, memory.scores()));
        Kernel mixing = Kernels.attentionMix();
        Dispatch mix = perSession(
                mixing,
                work -> mixing.workgroups((long) work.tokens() * heads * width),
                List.of(in.values()),
                shape(shape),
                whole(FIRST, memory.scores()),
                values(RESULT, in.result()));
        return List.of(remember, scores, exponentials, mix);
    }
}
