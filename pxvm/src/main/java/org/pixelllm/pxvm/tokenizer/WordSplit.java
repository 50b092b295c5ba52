package org.pixelllm.pxvm.tokenizer;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How byte-level BPE cuts a text into words, across which nothing is merged. The patterns are those of the models. */
public enum WordSplit {
    /** The whole text is one word. */
    NONE(0, List.of()),
    /** GPT-2 and its many followers. */
    GPT2(1, List.of("gpt-2", "gpt2", "default", "phi-2", "mpt", "olmo"), WordSplit.GPT2_PATTERN),
    /** Llama 3: case does not matter in endings such as 's, and digits go by three. */
    LLAMA3(
            2,
            List.of("llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "lfm2"),
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
                    + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
    /** Qwen 2: as Llama 3, with every digit a word. */
    QWEN2(
            3,
            List.of("qwen2", "deepseek-r1-qwen", "megrez"),
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
                    + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
    /** SmolLM and the StarCoders: every digit first, then as GPT-2 what is between. */
    SMOLLM(4, List.of("smollm", "starcoder", "refact", "codeshell"), "\\p{N}", WordSplit.GPT2_PATTERN),
    /** Mistral's Tekken: a change from small to capital letters begins a word, and every digit is one. */
    TEKKEN(
            5,
            List.of("tekken"),
            "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
                    + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
                    + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

    private static final String GPT2_PATTERN =
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
    private static final List<WordSplit> ALL = List.of(values());

    private final int code;
    private final List<String> names;
    private final List<String> expressions;
    private final List<Pattern> patterns;

    WordSplit(int code, List<String> names, String... expressions) {
        this.code = code;
        this.names = names;
        this.expressions = List.of(expressions);
        // Letters and spaces as Unicode has them, and endings in either case of any script.
        this.patterns = Arrays.stream(expressions)
                .map(each -> Pattern.compile(each, Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNICODE_CASE))
                .toList();
    }

    /** Its number in files. */
    public int code() {
        return code;
    }

    /** The one of this number. */
    static WordSplit of(int code) {
        for (WordSplit split : ALL) {
            if (split.code == code) {
                return split;
            }
        }
        throw new InvalidTokenizerException(
                "tokenizer section, word split", "0 to " + (ALL.size() - 1), Integer.toUnsignedString(code));
    }

    /**
     * Whether models that cut so begin a text with BOS and take a word that is a token whole, unless their file says
     * otherwise.
     */
    public boolean beginsTexts() {
        return this == LLAMA3 || this == TEKKEN;
    }

    /** The one that GGUF's {@code tokenizer.ggml.pre} names, or null. */
    public static @Nullable WordSplit named(String name) {
        for (WordSplit split : ALL) {
            if (split.names.contains(name)) {
                return split;
            }
        }
        return null;
    }

    /** All names that {@link #named} knows. */
    static List<String> names() {
        return ALL.stream().flatMap(split -> split.names.stream()).toList();
    }

    /** The one that cuts by this expression, as a tokenizer.json spells it, or null. */
    public static @Nullable WordSplit byExpression(String expression) {
        for (WordSplit split : ALL) {
            if (split.expressions.equals(List.of(expression))) {
                return split;
            }
        }
        return null;
    }

    /** Gives the words of a text, in order; together they are the text. */
    public void words(String text, Consumer<String> to) {
        cut(text, 0, to);
    }

    /** Cuts by a pattern, and what that gives by the next ones. */
    private void cut(String text, int index, Consumer<String> to) {
        if (index == patterns.size()) {
            to.accept(text);
            return;
        }
        Matcher matcher = patterns.get(index).matcher(text);
        int from = 0;
        while (matcher.find()) {
            if (from < matcher.start()) {
                cut(text.substring(from, matcher.start()), index + 1, to);
            }
            cut(matcher.group(), index + 1, to);
            from = matcher.end();
        }
        if (from < text.length()) {
            cut(text.substring(from), index + 1, to);
        }
    }
}
