package org.pixelllm.forge.train.run;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a training run, one row each. The command's options, the checkpoint's entries and the provenance are
 * all read from here. A value is kept as the word it was given as.
 */
public enum Setting {
    FAMILY("NAME", "The model's shape: llama, or pooled-mlp, v0's.", "llama", "pooled-mlp"),
    TOKENIZER(
            "NAME",
            "characters, the protocol's own; or bpe:N, a byte-level BPE of N ids trained on the texts.",
            "characters",
            "characters"),
    DIM("N", "Elements of a token's value.", "192", "128"),
    LAYERS("N", "Layers.", "6", null),
    HEADS("N", "Query heads of a layer.", "6", null),
    KV_HEADS("N", "Key and value heads of a layer. Default: as many as query heads.", null, null),
    HIDDEN("N", "Elements of the hidden or feed-forward layer. Default: 8/3 of --dim.", null, "128"),
    CONTEXT("N", "Tokens that the model sees at once.", "256", "3"),
    TIED("yes|no", "Whether the output's weight is the embedding.", "yes", null),
    QK_NORM("yes|no", "Whether queries and keys pass a norm, as in Qwen 3.", "no", null),
    MIX("A,B,…", "How often windows are drawn from each text. Default: by their lengths.", null, null),
    STEPS("N", "Train for this many steps.", null, null),
    MINUTES("M", "Train for about this long; the speed is measured once, before the first step.", null, null),
    EPOCHS("E", "Train until each token of the texts was seen this often.", null, null),
    BATCH("N", "Windows of text in a step.", "16", "1024"),
    LENGTH("N", "Tokens of a window. Default: --context.", null, null),
    OPTIMIZER("NAME", "adamw; or muon, which updates the layers' matrices by orthogonal steps.", "adamw", "adamw"),
    RATE("R", "Highest learning rate.", "0.002", "0.004"),
    WARMUP("N", "Steps over which the rate rises to it. Default: a tenth, at most 100.", null, null),
    SCHEDULE(
            "NAME",
            "How the rate goes on: cosine, to a tenth over all steps; or constant until it falls over the last --fall.",
            "cosine",
            "cosine"),
    FALL(
            "F",
            "Share of the steps over which a constant rate falls, or their number, or rest, those left when a run is resumed."
                    + " Default: 0.2.",
            null,
            null),
    DECAY("D", "Weight decay.", "0.1", "0.01"),
    CLIP("C", "Largest norm of all gradients together.", "1", "1"),
    DROPOUT("P", "Share of values that a step leaves out.", "0", "0"),
    AVERAGE(
            "S",
            "Average the weights over about this share of the steps done; the better is kept. Default: none.",
            null,
            null),
    MEASURE(
            "N",
            "Steps between measurements of the validation text. Default: as many as see 2,097,152 tokens.",
            null,
            null),
    PATIENCE("N", "End after this many measurements that were no better than one before.", null, null),
    SEED("S", "Seed of the random numbers.", "1", "1"),
    WEIGHTS("TYPE", "The weights' type in the finished cartridge.", "f32", "f32"),
    NAME("NAME", "The model's name in its manifest. Default: the family's.", null, null),
    LICENCE("ID", "The model's licence in its manifest.", "unstated", "unstated"),
    TIMES("yes|no", "Whether the manifest states how long it took, and on how many threads.", "yes", "yes");

    private final String label;
    private final String description;
    private final @Nullable String ofLlama;
    private final @Nullable String ofPooled;

    Setting(String label, String description, @Nullable String ofLlama, @Nullable String ofPooled) {
        this.label = label;
        this.description = description;
        this.ofLlama = ofLlama;
        this.ofPooled = ofPooled;
    }

    /** The option's name: {@code --kv-heads}. */
    public String option() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The placeholder of the value in a help text. */
    public String label() {
        return label;
    }

    /** The help text, with the default. */
    public String description() {
        return ofLlama == null ? description : description + " Default: " + ofLlama + ".";
    }

    /** The default, or null where there is none or another setting decides. */
    @Nullable
    String defaultValue(boolean pooled) {
        return pooled ? ofPooled : ofLlama;
    }

    /** Whether it says what the model is: a model that is trained further has these already. */
    boolean isShape() {
        return this == FAMILY
                || this == TOKENIZER
                || this == DIM
                || this == LAYERS
                || this == HEADS
                || this == KV_HEADS
                || this == HIDDEN
                || this == CONTEXT
                || this == TIED
                || this == QK_NORM;
    }

    /** Whether it says how long a run is, one way of several. */
    boolean isBudget() {
        return this == STEPS || this == MINUTES || this == EPOCHS;
    }

    /**
     * Whether it may change when a run is resumed.
     *
     * @param constant whether the rate is constant: such a run has no length of its own, and goes on as one likes
     */
    boolean mayChange(boolean constant) {
        boolean kept = this == WEIGHTS || this == NAME || this == LICENCE || this == TIMES || this == PATIENCE;
        return kept || (constant && (isBudget() || isOfASitting()));
    }

    /** Whether it may be another in each sitting of a run of a constant rate, which is worth a word in the manifest. */
    boolean isOfASitting() {
        return this == RATE || this == FALL || this == BATCH || this == LENGTH || this == MIX;
    }
}
