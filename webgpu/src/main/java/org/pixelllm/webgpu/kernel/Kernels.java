package org.pixelllm.webgpu.kernel;

import java.util.ArrayList;
import java.util.List;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.pxvm.weights.Groups;

/** All kernels, each with what it declares: what Java and WGSL must agree on is written here and nowhere else. */
public final class Kernels {

    /** Rows of x that a product takes at a time when there are several. */
    public static final int TILE = 4;

    /** Positions in the first table of angles, and from one row of the second table to the next. */
    public static final int TURN_STEP = 256;

    /** Rows of a weight that a thread reads at a time, and columns of a group. */
    public static final int QUAD = 4;

    /** Threads of a workgroup: of kernels with a thread for each value, and of those with a workgroup for each row. */
    private static final int THREADS = 64;

    /** Threads of a workgroup, of kernels with a thread for each row. */
    private static final int ROW_THREADS = 32;

    /** The most tokens of a prediction that is drawn: each is a thread's. */
    public static final int MAX_TOP = THREADS;

    /** Logits of a part; a row is searched part by part. */
    public static final int PART = 1024;

    /** What a part of a row of logits contributes: its highest ones, best first, and its lowest. */
    public static final int FINDS = MAX_TOP + 1;

    private static final String FLOATS = "array<f32>";
    private static final String ROUTE = "[rows, route_pitch]: numbers of experts, then weights";
    private static final String GROUPS = "array<vec4<f32>>"; // four columns each
    private static final String WORDS = "array<u32>";

    private Kernels() {}

    /** A function of one value. */
    public enum Function {
        RELU("relu"),
        SILU("silu"),
        GELU("gelu"),
        GELU_TANH("tanh", "gelu_tanh"),
        SCALE("scale"),
        SOFTCAP("tanh", "softcap");

        private final String[] sources;

        Function(String... sources) {
            this.sources = sources;
        }
    }

    /** A function of two values. */
    public enum PairFunction {
        ADD("add"),
        MUL("mul");

        private final String source;

        PairFunction(String source) {
            this.source = source;
        }
    }

    /** Which row of a table a token takes. */
    public enum LookupKey {
        /** That of its id. */
        EMBED("embed"),
        /** That of its position. */
        POSITION("position");

        private final String source;

        LookupKey(String source) {
            this.source = source;
        }
    }

    /** A norm over runs of columns. */
    public enum NormKind {
        RMS("rmsnorm"),
        LAYER("layernorm");

        private final String source;

        NormKind(String source) {
            this.source = source;
        }
    }

    /** y = f(x). */
    public static Kernel map(Function f) {
        Kernel.Builder kernel = Kernel.Builder.threadEach("map " + last(f.sources), THREADS)
                .shape(Shape.Map.class)
                .now()
                .reads(Slot.FIRST, "x", GROUPS, "[rows, groups]")
                .writes(Slot.RESULT, "y", GROUPS, "[rows, groups]");
        String[] files = new String[f.sources.length + 1];
        System.arraycopy(f.sources, 0, files, 0, f.sources.length);
        files[f.sources.length] = "map";
        return kernel.of(files);
    }

    private static String last(String[] sources) {
        return sources[sources.length - 1];
    }

    /** y = f(a, b). */
    public static Kernel pair(PairFunction f) {
        return Kernel.Builder.threadEach("pair " + f.source, THREADS)
                .shape(Shape.Pair.class)
                .now()
                .reads(Slot.FIRST, "a", GROUPS, "[rows, groups]")
                .reads(Slot.SECOND, "b", GROUPS, "[rows, groups]")
                .writes(Slot.RESULT, "y", GROUPS, "[rows, groups]")
                .of(f.source, "pair");
    }

    /** y = the rows of x whose logits are asked for. */
    public static Kernel select() {
        return Kernel.Builder.threadEach("select", THREADS)
                .shape(Shape.Select.class)
                .now()
                .reads(Slot.FIRST, "x", GROUPS, "[T, groups]")
                .writes(Slot.RESULT, "y", GROUPS, "[R, groups]")
                .of("select");
    }

    /** y = each token's row of a table. */
    public static Kernel lookup(LookupKey key, WeightLayout table) {
        return Kernel.Builder.threadEach("lookup " + key.source + " of " + table.words(), THREADS)
                .shape(Shape.Lookup.class)
                .now()
                .writes(Slot.RESULT, "y", GROUPS, "[T, groups]")
                .weight(table)
                .of(key.source, "lookup");
    }

    /**
     * y = x · wᵀ.
     *
     * @param tile rows of x that share an unpacked quad of w; sums have the same order whatever it is
     */
    public static Kernel product(WeightLayout w, int tile, Variant variant) {
        return byRow(variant, variant.source("product") + " of " + w.words() + ", tile " + tile)
                .constant("TILE", tile)
                .constant("SLICES", slices(variant))
                .shape(Shape.Product.class)
                .now()
                .reads(Slot.FIRST, "x", GROUPS, "[rows, x_groups]")
                .writes(Slot.RESULT, "y", GROUPS, "[rows, y_groups]")
                .weight(w)
                .of("product", variant.source("product"));
    }

    /** Threads that share the sums of a quad. */
    private static int slices(Variant variant) {
        return switch (variant) {
            case ROWS -> 1;
            case GROUP -> THREADS * QUAD / Groups.MATRIX;
        };
    }

    /** Of kernels that sum over columns. */
    private static Kernel.Builder byRow(Variant variant, String name) {
        return switch (variant) {
            case ROWS -> Kernel.Builder.threadEach(name, ROW_THREADS);
            case GROUP -> Kernel.Builder.workgroupEach(name, THREADS);
        };
    }

    /** y += b, in every row. */
    public static Kernel bias() {
        return Kernel.Builder.threadEach("bias", THREADS)
                .shape(Shape.Bias.class)
                .now()
                .reads(Slot.FIRST, "b", GROUPS, "[groups]")
                .writes(Slot.RESULT, "y", GROUPS, "[rows, groups]")
                .of("bias");
    }

    /** y = runs of x brought to one size, times a gain. */
    public static Kernel norm(NormKind kind, Variant variant) {
        Kernel.Builder kernel = byRow(variant, variant.source(kind.source))
                .shape(Shape.Norm.class)
                .now()
                .reads(Slot.FIRST, "x", FLOATS, "[rows, pitch]")
                .reads(Slot.SECOND, "gain", FLOATS, "[columns]")
                .writes(Slot.RESULT, "y", FLOATS, "[rows, pitch]");
        return switch (variant) {
            case ROWS -> kernel.of(variant.source(kind.source));
            case GROUP -> kernel.of("sum_group", variant.source(kind.source));
        };
    }

    /** y = pairs of columns of x, turned by their position. */
    public static Kernel rope() {
        return Kernel.Builder.threadEach("rope", THREADS)
                .constant("TURN_STEP", TURN_STEP)
                .shape(Shape.Rope.class)
                .now()
                .reads(Slot.FIRST, "x", FLOATS, "[T, pitch]")
                .reads(Slot.SECOND, "turns", FLOATS, "[positions, dims]: cosines, then sines")
                .writes(Slot.RESULT, "y", FLOATS, "[T, pitch]")
                .of("rope");
    }

    /** The experts with the highest scores, and their weights: a thread for each row. */
    public static Kernel route() {
        return Kernel.Builder.threadEach("route", ROW_THREADS)
                .shape(Shape.Route.class)
                .now()
                .reads(Slot.FIRST, "scores", FLOATS, "[rows, scores_pitch]")
                .writes(Slot.RESULT, "y", FLOATS, "[rows, y_pitch]: numbers, then weights")
                .of("route");
    }

    /** y = for each expert that a row chose its product by x. */
    public static Kernel experts(WeightLayout w, Variant variant) {
        return byRow(variant, variant.source("experts") + " of " + w.words())
                .constant("SLICES", slices(variant))
                .shape(Shape.Experts.class)
                .now()
                .reads(Slot.FIRST, "x", FLOATS, "[rows, x_pitch]")
                .reads(Slot.SECOND, "route", FLOATS, ROUTE)
                .writes(Slot.RESULT, "y", FLOATS, "[rows, y_pitch]")
                .weight(w)
                .of("experts", variant.source("experts"));
    }

    /** y += the bias of each expert that a row chose. */
    public static Kernel expertsBias() {
        return Kernel.Builder.threadEach("experts_bias", THREADS)
                .shape(Shape.ExpertsBias.class)
                .now()
                .reads(Slot.FIRST, "b", FLOATS, "[experts · outputs]")
                .reads(Slot.SECOND, "route", FLOATS, ROUTE)
                .writes(Slot.RESULT, "y", FLOATS, "[rows, y_pitch]")
                .of("experts_bias");
    }

    /** y = the weighted sum of what a row's experts gave. */
    public static Kernel combine() {
        return Kernel.Builder.threadEach("combine", THREADS)
                .shape(Shape.Combine.class)
                .now()
                .reads(Slot.FIRST, "x", FLOATS, "[rows, x_pitch]")
                .reads(Slot.SECOND, "route", FLOATS, ROUTE)
                .writes(Slot.RESULT, "y", FLOATS, "[rows, y_pitch]")
                .of("combine");
    }

    /** y = the mean of x over a session's tokens so far. */
    public static Kernel mean() {
        return Kernel.Builder.threadEach("mean", THREADS)
                .shape(Shape.Mean.class)
                .reads(Slot.FIRST, "x", FLOATS, "[T, pitch]")
                .writes(Slot.RESULT, "y", FLOATS, "[T, pitch]")
                .session()
                .writes(Slot.FIRST_STATE, "sum", FLOATS, "[columns]")
                .of("mean");
    }

    /** Appends keys and values to a session's. */
    public static Kernel remember() {
        return Kernel.Builder.threadEach("remember", THREADS)
                .shape(Shape.Remember.class)
                .reads(Slot.FIRST, "k", FLOATS, "[T, pitch]")
                .reads(Slot.SECOND, "v", FLOATS, "[T, pitch]")
                .session()
                .writes(Slot.FIRST_STATE, "keys", FLOATS, "[context, columns]")
                .writes(Slot.SECOND_STATE, "values", FLOATS, "[context, columns]")
                .of("remember");
    }

    /** Scores of attention: a thread for each position that a query head of a token attends to. */
    public static Kernel attentionScores() {
        return Kernel.Builder.threadEach("attention_scores", ROW_THREADS)
                .shape(Shape.Attention.class)
                .reads(Slot.FIRST, "q", FLOATS, "[T, pitch]")
                .writes(Slot.RESULT, "scores", FLOATS, "[units, stride]")
                .session()
                .reads(Slot.FIRST_STATE, "keys", FLOATS, "[context, columns]")
                .of("tanh", "attention", "attention_scores");
    }

    /** Scores to exponentials and their sum. */
    public static Kernel attentionWeights(Variant variant) {
        Kernel.Builder kernel = byRow(variant, variant.source("attention_weights"))
                .shape(Shape.Attention.class)
                .writes(Slot.RESULT, "scores", FLOATS, "[units, stride]")
                .session();
        return switch (variant) {
            case ROWS -> kernel.of("attention", variant.source("attention_weights"));
            case GROUP -> kernel.of("sum_group", "attention", variant.source("attention_weights"));
        };
    }

    /** The weighted mean of the values. */
    public static Kernel attentionMix() {
        return Kernel.Builder.threadEach("attention_mix", THREADS)
                .shape(Shape.Attention.class)
                .reads(Slot.FIRST, "scores", FLOATS, "[units, stride]")
                .writes(Slot.RESULT, "y", FLOATS, "[T, pitch]")
                .session()
                .reads(Slot.FIRST_STATE, "values", FLOATS, "[context, columns]")
                .of("attention", "attention_mix");
    }

    /** The finds of each part of each row of logits. */
    public static Kernel drawFinds() {
        return drawing(Kernel.Builder.workgroupEach("draw_finds", THREADS))
                .reads(Slot.FIRST, "logits", FLOATS, "[R, pitch]")
                .reads(Slot.SECOND, "tops", WORDS, "[R]: tokens of each prediction")
                .writes(Slot.RESULT, "finds", "array<Find>", "[R, parts, FINDS]")
                .of("draw", "draw_best", "draw_finds");
    }

    /** Each row's prediction as pixels. */
    public static Kernel drawPrediction() {
        return drawing(Kernel.Builder.workgroupEach("draw_prediction", THREADS))
                .uniform(Slot.PICTURE, "picture", PictureLayout.class, "where drawn pixels go")
                .reads(Slot.FIRST, "finds", "array<Find>", "[R, parts, FINDS]")
                .reads(Slot.SECOND, "tops", WORDS, "[R]: tokens of each prediction")
                .writes(Slot.RESULT, "drawn", WORDS, "[R, row_words]: pixels")
                .of("draw", "draw_best", "draw_prediction");
    }

    /** Each row's heat map as pixels: a thread for each four cells. */
    public static Kernel drawHeatmap() {
        return drawing(Kernel.Builder.threadEach("draw_heatmap", THREADS))
                .constant("WIDTH", LogitsHeatmap.WIDTH)
                .uniform(Slot.PICTURE, "picture", PictureLayout.class, "where drawn pixels go")
                .reads(Slot.FIRST, "logits", FLOATS, "[R, pitch]")
                .reads(Slot.SECOND, "finds", "array<Find>", "[R, parts, FINDS]")
                .writes(Slot.RESULT, "drawn", WORDS, "[R, row_words]: pixels")
                .of("draw", "draw_heatmap");
    }

    private static Kernel.Builder drawing(Kernel.Builder kernel) {
        return kernel.constant("MAX_TOP", MAX_TOP)
                .constant("FINDS", FINDS)
                .constant("PART", PART)
                .constant("NARROW", PxiVersion.V1.maxId() + 1)
                .shape(Shape.Draw.class)
                .struct(Find.class)
                .now();
    }

    /** Every kernel in every variant. */
    public static List<Kernel> all() {
        List<Kernel> all = new ArrayList<>();
        for (Function each : Function.values()) {
            all.add(map(each));
        }
        for (PairFunction each : PairFunction.values()) {
            all.add(pair(each));
        }
        all.addAll(List.of(bias(), select(), rope(), mean(), remember(), attentionScores(), attentionMix()));
        all.addAll(List.of(route(), expertsBias(), combine()));
        all.addAll(List.of(drawFinds(), drawPrediction(), drawHeatmap()));
        for (Variant variant : Variant.values()) {
            all.add(attentionWeights(variant));
            for (NormKind kind : NormKind.values()) {
                all.add(norm(kind, variant));
            }
        }
        for (WeightLayout weight : WeightLayout.all()) {
            for (LookupKey key : LookupKey.values()) {
                all.add(lookup(key, weight));
            }
            for (Variant variant : Variant.values()) {
                all.add(product(weight, 1, variant));
                all.add(product(weight, TILE, variant));
                all.add(experts(weight, variant));
            }
        }
        return all;
    }
}
