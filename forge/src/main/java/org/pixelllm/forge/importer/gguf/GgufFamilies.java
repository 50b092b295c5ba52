package org.pixelllm.forge.importer.gguf;

import static java.util.Map.entry;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.pixelllm.forge.family.Decoder.Biases;
import org.pixelllm.forge.family.Decoder.Scales;
import org.pixelllm.forge.family.Decoder.Scores;
import org.pixelllm.forge.family.Feed;
import org.pixelllm.forge.family.Feed.Choice;
import org.pixelllm.forge.family.Rope.Pairing;
import org.pixelllm.forge.family.Style;
import org.pixelllm.forge.family.Style.Residual;
import org.pixelllm.forge.family.WeightNames;
import org.pixelllm.forge.importer.assembly.Blueprint;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.program.Limits;

/**
 * The families that are read from GGUF, by their {@code general.architecture}. Source of keys and names: llama.cpp's
 * {@code gguf-py/gguf/constants.py}; of what no key says: its {@code src/llama-model.cpp} and {@code convert_hf_to_gguf.py}.
 */
final class GgufFamilies {

    /**
     * A model on its way in.
     *
     * @param file the open file
     * @param architecture its architecture
     * @param context how many positions a person asked for; 0 for as many as the model has
     * @param notes receives what a person should know
     */
    record Opened(GgufFile file, String architecture, int context, Consumer<String> notes) {

        GgufShape shape(Style style) throws PxiException {
            return new GgufShape(file, architecture + ".", style, context);
        }

        boolean has(String tensor) {
            return file.tensors().containsKey(tensor);
        }
    }

    /** Reads the settings of one family. */
    interface Family {
        Blueprint blueprint(Opened opened) throws PxiException;
    }

    static final Map<String, Family> BY_ARCHITECTURE = new TreeMap<>(Map.ofEntries(
            entry("llama", GgufFamilies::llama),
            entry("qwen2", opened -> qwen2(opened).blueprint()),
            entry("qwen2moe", GgufFamilies::qwen2Moe),
            entry("qwen3", opened -> opened.shape(Style.QWEN3).rope().blueprint()),
            entry("qwen3moe", GgufFamilies::qwen3Moe),
            entry("gemma", GgufFamilies::gemma),
            entry("gemma2", GgufFamilies::gemma2),
            entry("gemma3", GgufFamilies::gemma3),
            entry("phi3", GgufFamilies::phi3),
            entry("smollm3", GgufFamilies::smollm3),
            entry("olmo2", opened -> opened.shape(Style.OLMO2).rope().blueprint()),
            entry("granite", GgufFamilies::granite),
            entry("stablelm", GgufFamilies::stablelm),
            entry("starcoder2", GgufFamilies::starcoder2),
            entry("gptneox", GgufFamilies::gptNeox),
            entry(
                    "gptj",
                    opened -> opened.shape(Style.GPT_J)
                            .pairs(Pairing.ADJACENT)
                            .rope()
                            .blueprint()),
            entry("phi2", opened -> opened.shape(Style.PHI2).rope().blueprint()),
            entry("falcon", GgufFamilies::falcon),
            entry("gpt2", GgufFamilies::gpt2)));

    /** Gemma 2's window where the file does not state it. */
    private static final int GEMMA2_WINDOW = 4096;

    /** How many layers the one Gemma 2 and the one Gemma 3 have whose scores are scaled by 1/√(dim / heads). */
    private static final int GEMMA2_27B_LAYERS = 46;

    private static final int GEMMA3_27B_LAYERS = 62;

    /** Every sixth layer of Gemma 3 sees everything, and the others have a base of their own. */
    private static final int GEMMA3_PATTERN = 6;

    private static final float GEMMA3_LOCAL_BASE = 10_000;

    /** SmolLM 3's layers without positions are every fourth. */
    private static final int SMOLLM3_STEP = 4;

    /** The window of Mistral 7B v0.1 and of every StarCoder 2. */
    private static final int USUAL_WINDOW = 4096;

    private GgufFamilies() {}

    private static Blueprint llama(Opened opened) throws PxiException {
        boolean experts = opened.file.metadata().whole("llama.expert_count", 0, Limits.WIDTH, 0) > 0;
        // The converter reorders q and k so that the two that rotate together are neighbours.
        GgufShape shape = opened.shape(experts ? Style.MIXTRAL : Style.LLAMA)
                .pairs(Pairing.ADJACENT)
                .rope()
                .window(0);
        if (experts) {
            shape.experts(Choice.AMONG_CHOSEN, null, "feed_forward_length");
        }
        String name = opened.file.metadata().text("general.name", "");
        if (name.toLowerCase(Locale.ROOT).contains("mistral")) {
            noteMissingWindow(
                    opened, shape, "Mistral 7B v0.1 has one of " + USUAL_WINDOW + ", later versions have none");
        }
        return shape.blueprint();
    }

    /** Converters leave out windows that llama.cpp does not follow. */
    private static void noteMissingWindow(Opened opened, GgufShape shape, String which) throws PxiException {
        if (shape.windowSize == 0 && shape.context() > USUAL_WINDOW) {
            opened.notes.accept(opened.file.file() + ": no key attention.sliding_window. " + which
                    + "; without it, answers to more than " + USUAL_WINDOW + " tokens may differ from the original's.");
        }
    }

    private static GgufShape qwen2(Opened opened) throws PxiException {
        GgufShape shape = opened.shape(Style.QWEN2).rope();
        shape.biases = new Biases(true, false, false, false);
        return shape;
    }

    private static Blueprint qwen2Moe(Opened opened) throws PxiException {
        GgufShape shape = opened.shape(Style.QWEN2_MOE).rope();
        int shared = shape.whole("expert_shared_feed_forward_length", shape.hidden());
        shape.experts(Choice.AMONG_ALL, new Feed.Shared(shared), "expert_feed_forward_length");
        return shape.blueprint();
    }

    private static Blueprint qwen3Moe(Opened opened) throws PxiException {
        GgufShape shape = opened.shape(Style.QWEN3_MOE).rope();
        shape.experts(Choice.AMONG_CHOSEN, null, "expert_feed_forward_length");
        return shape.blueprint();
    }

    private static GgufShape gemma(Opened opened, Style style) throws PxiException {
        GgufShape shape = opened.shape(style).rope();
        shape.scales = Scales.ofEmbedding(shape.dim);
        return shape;
    }

    private static Blueprint gemma(Opened opened) throws PxiException {
        return gemma(opened, Style.GEMMA).blueprint();
    }

    private static Blueprint gemma2(Opened opened) throws PxiException {
        GgufShape shape = gemma(opened, Style.GEMMA2).window(GEMMA2_WINDOW);
        shape.isLocal = layer -> layer % 2 == 0;
        int squared = shape.layers == GEMMA2_27B_LAYERS ? shape.dim / shape.heads.queries() : shape.heads.dim();
        shape.scores = new Scores((float) (1 / Math.sqrt(squared)), (float) shape.real("attn_logit_softcapping", 50));
        shape.scales = new Scales(shape.scales.embedding(), 1, 1, (float) shape.real("final_logit_softcapping", 30));
        return shape.blueprint();
    }

    private static Blueprint gemma3(Opened opened) throws PxiException {
        GgufShape shape = gemma(opened, Style.GEMMA3).window(0);
        int pattern = shape.whole("attention.sliding_window_pattern", GEMMA3_PATTERN);
        shape.isLocal = layer -> (layer + 1) % pattern != 0;
        shape.localBase((float) shape.real("rope.freq_base_swa", GEMMA3_LOCAL_BASE));
        int squared = shape.layers == GEMMA3_27B_LAYERS ? shape.dim / shape.heads.queries() : shape.heads.dim();
        shape.scores = Scores.ofSize(squared);
        shape.scales = new Scales(shape.scales.embedding(), 1, 1, (float) shape.real("final_logit_softcapping", 0));
        return shape.blueprint();
    }

    private static Blueprint phi3(Opened opened) throws PxiException {
        GgufShape shape = opened.shape(Style.PHI3).rope().window(0);
        shape.gateWithinUp = true;
        return shape.blueprint();
    }

    private static Blueprint smollm3(Opened opened) throws PxiException {
        GgufShape shape = opened.shape(Style.SMOLLM3).pairs(Pairing.ADJACENT).rope();
        shape.hasPositions = layer -> (layer + 1) % SMOLLM3_STEP != 0;
        return shape.blueprint();
    }

    private static Blueprint granite(Opened opened) throws PxiException {
        GgufShape shape = opened.shape(Style.GRANITE).pairs(Pairing.ADJACENT).rope();
        double attention = shape.real("attention.scale", 0);
        if (attention != 0) {
            shape.scores = new Scores((float) attention, 0);
        }
        shape.scales = new Scales(
                factor(shape, "embedding_scale"), factor(shape, "residual_scale"), 1 / factor(shape, "logit_scale"), 0);
        return shape.blueprint();
    }

    /** A factor; 0 is none. */
    private static float factor(GgufShape shape, String key) throws PxiException {
        float factor = (float) shape.real(key, 1);
        return factor == 0 ? 1 : factor;
    }

    private static Blueprint stablelm(Opened opened) throws PxiException {
        boolean parallel = opened.file.metadata().flag("stablelm.use_parallel_residual", false);
        return opened.shape(parallel ? Style.STABLELM.with(Residual.PARALLEL_ONE_NORM) : Style.STABLELM)
                .rope()
                .blueprint();
    }

    private static Blueprint starcoder2(Opened opened) throws PxiException {
        GgufShape shape = opened.shape(Style.STARCODER2).rope().window(0);
        noteMissingWindow(opened, shape, "StarCoder 2 has one of " + USUAL_WINDOW);
        return shape.blueprint();
    }

    private static Blueprint gptNeox(Opened opened) throws PxiException {
        boolean parallel = opened.file.metadata().flag("gptneox.use_parallel_residual", true);
        return opened.shape(parallel ? Style.GPT_NEOX : Style.GPT_NEOX.with(Residual.BEFORE))
                .rope()
                .blueprint();
    }

    /** The one with two norms keeps that of attention as the second. */
    private static Blueprint falcon(Opened opened) throws PxiException {
        boolean two = opened.has("blk.0.attn_norm_2.weight");
        GgufShape shape = opened.shape(two ? Style.FALCON.with(Residual.PARALLEL) : Style.FALCON)
                .rope();
        if (two) {
            shape.name(WeightNames.ATTENTION_NORM, "attn_norm_2").name(WeightNames.FEED_NORM, "attn_norm");
        }
        return shape.blueprint();
    }

    private static Blueprint gpt2(Opened opened) throws PxiException {
        GgufShape shape = opened.shape(Style.GPT2);
        shape.positions = true;
        shape.biases = Biases.LAYERS;
        return shape.blueprint();
    }
}
