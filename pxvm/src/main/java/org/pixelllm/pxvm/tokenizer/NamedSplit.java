package org.pixelllm.pxvm.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.regex.Splits;

/**
 * How the models cut texts that GGUF's {@code tokenizer.ggml.pre} names. The names and what goes with them are those of
 * llama.cpp's src/llama-vocab.cpp; the steps are those of the models' own tokenizer.json, which it follows. Where the two
 * differ, as for Falcon's numbers, the model's own count.
 *
 * @param split how words are cut
 * @param wholeWords whether a word that is a token needs no merges
 * @param beginsTexts whether texts begin with BOS, unless the file says otherwise
 * @param composes whether texts are brought to Unicode's normal form C
 */
public record NamedSplit(WordSplit split, boolean wholeWords, boolean beginsTexts, boolean composes) {

    private static final Map<String, NamedSplit> ALL = all();

    private static Map<String, NamedSplit> all() {
        Map<String, NamedSplit> all = new TreeMap<>();
        NamedSplit gpt2 = new NamedSplit(WordSplit.GPT2, false, false, false);
        put(
                all,
                gpt2,
                "gpt-2",
                "gpt2",
                "default",
                "phi-2",
                "gigachat",
                "a.x-4.0",
                "mellum",
                "exaone4",
                "jais",
                "trillion");
        put(all, gpt2.composing(), "mpt", "olmo");
        NamedSplit llama3 = new NamedSplit(WordSplit.LLAMA3, true, true, false);
        put(all, llama3, "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2");
        put(all, plain(WordSplit.LLAMA3), "dbrx", "smaug-bpe", "glm4", "chatglm-bpe");
        put(all, plain(WordSplit.QWEN2).composing(), "qwen2", "deepseek-r1-qwen", "megrez", "kormo");
        put(all, plain(WordSplit.QWEN2), "stablelm2", "hunyuan", "grok-2", "solar-open");
        put(
                all,
                plain(WordSplit.SMOLLM),
                "smollm",
                "starcoder",
                "refact",
                "codeshell",
                "exaone",
                "minerva-7b",
                "mellum2");
        put(all, plain(WordSplit.SMOLLM).composing(), "command-r");
        put(all, new NamedSplit(WordSplit.TEKKEN, true, true, false), "tekken");
        put(all, plain(WordSplit.isolating(Splits.GPT4O)), "gpt-4o", "llama4", "kanana2", "minimax-m2");
        put(all, plain(WordSplit.isolating(Splits.TINY_AYA_DIGITS, Splits.GPT4O)), "tiny_aya", "cohere2moe");
        put(all, plain(falcon()), "falcon");
        put(
                all,
                plain(WordSplit.isolating(
                        Splits.LINE_END, "\\s?\\p{L}+", "\\s?\\p{P}+", Splits.HAN_AND_HANGUL, Splits.DIGIT)),
                "deepseek-coder");
        put(
                all,
                plain(WordSplit.isolating(
                        Splits.LINE_END,
                        Splits.DEEPSEEK_LETTERS,
                        Splits.DEEPSEEK_MARKS,
                        "\\s+$",
                        Splits.HAN_AND_HANGUL,
                        Splits.DIGITS)),
                "deepseek-llm");
        put(
                all,
                plain(WordSplit.isolating(Splits.THREE_DIGITS, Splits.HAN_AND_KANA, Splits.DEEPSEEK_V3)),
                "deepseek-v3",
                "hunyuan-dense",
                "joyai-llm");
        put(all, plain(WordSplit.isolating(Splits.QWEN35)).composing(), "qwen35");
        put(all, plain(WordSplit.isolating(Splits.BLOOM)), "bloom", "poro-chat", "gpt3-finnish");
        put(all, plain(WordSplit.isolating(Splits.BLOOM, Splits.DIGIT)), "viking");
        put(all, plain(WordSplit.isolating(Splits.BAILING)), "bailingmoe", "bailingmoe2", "llada-moe");
        put(all, plain(WordSplit.isolating(Splits.SEED_CODER)), "seed-coder");
        put(all, plain(WordSplit.isolating(Splits.EXAONE_MOE)), "exaone-moe");
        put(all, plain(WordSplit.isolating(Splits.DIGITS, Splits.SUPERBPE_DIGITS)), "superbpe");
        return all;
    }

    /** The steps after the first cut go through bytes, as in the model's file: each is a character by then. */
    private static WordSplit falcon() {
        return WordSplit.of(List.of(
                TextStep.Cut.of(Splits.PUNCTUATION, TextStep.Behaviour.CONTIGUOUS, false),
                TextStep.Cut.isolated(Splits.GPT2),
                new TextStep.Bytes(),
                TextStep.Cut.of(Splits.DIGIT, TextStep.Behaviour.CONTIGUOUS, false),
                TextStep.Cut.isolated("[0-9][0-9][0-9]")));
    }

    private static void put(Map<String, NamedSplit> all, NamedSplit split, String... names) {
        for (String name : names) {
            all.put(name, split);
        }
    }

    private static NamedSplit plain(WordSplit split) {
        return new NamedSplit(split, false, false, false);
    }

    private NamedSplit composing() {
        return new NamedSplit(split, wholeWords, beginsTexts, true);
    }

    /** The one of a name, or null. */
    public static @Nullable NamedSplit of(String name) {
        return ALL.get(name);
    }

    /** All names that {@link #of} knows. */
    public static List<String> names() {
        return new ArrayList<>(ALL.keySet());
    }
}
