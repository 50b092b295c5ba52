package org.pixelllm.pxvm.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.pixelllm.pxvm.regex.Expression;
import org.pixelllm.pxvm.regex.ExpressionException;
import org.pixelllm.pxvm.regex.Splits;

/**
 * How a text is cut into words, across which nothing is merged: steps one after another, each on what the one before it gave.
 * The oldest ones have a number in files; of the others the steps themselves are written.
 */
public final class WordSplit {

    /** The number in a section of one that has none of its own. */
    static final int NO_CODE = -1;

    private static final int MAX_CUTS = 16;

    /** The whole text is one word. */
    public static final WordSplit NONE = new WordSplit(0, List.of());
    /** GPT-2 and its many followers. */
    public static final WordSplit GPT2 = new WordSplit(1, cuts(Splits.GPT2));
    /** Llama 3: case does not matter in endings such as 's, and digits go by three. */
    public static final WordSplit LLAMA3 = new WordSplit(2, cuts(Splits.LLAMA3));
    /** Qwen 2: as Llama 3, with every digit a word. */
    public static final WordSplit QWEN2 = new WordSplit(3, cuts(Splits.QWEN2));
    /** SmolLM and the StarCoders: every digit first, then as GPT-2 what is between. */
    public static final WordSplit SMOLLM = new WordSplit(4, cuts(Splits.DIGIT, Splits.GPT2));
    /** Mistral's Tekken: a change from small to capital letters begins a word, and every digit is one. */
    public static final WordSplit TEKKEN = new WordSplit(5, cuts(Splits.TEKKEN));

    private static final List<WordSplit> CODED = List.of(NONE, GPT2, LLAMA3, QWEN2, SMOLLM, TEKKEN);

    private final int code;
    private final List<TextStep> steps;

    private WordSplit(int code, List<? extends TextStep> steps) {
        this.code = code;
        this.steps = List.copyOf(steps);
    }

    private static List<TextStep.Cut> cuts(String... expressions) {
        List<TextStep.Cut> cuts = new ArrayList<>();
        for (String each : expressions) {
            cuts.add(new TextStep.Cut(Expression.known(each), TextStep.Behaviour.ISOLATED, false));
        }
        return cuts;
    }

    /** The one of these steps. */
    public static WordSplit of(List<? extends TextStep> steps) {
        if (steps.size() > MAX_CUTS) {
            throw new InvalidTokenizerException(
                    "word split", "at most " + MAX_CUTS + " steps", String.valueOf(steps.size()));
        }
        for (WordSplit coded : CODED) {
            if (coded.does(steps)) {
                return coded;
            }
        }
        return new WordSplit(NO_CODE, steps);
    }

    /**
     * The one that makes words of the matches of these expressions and of what is between, one expression after another.
     *
     * @param expressions that are known to be right
     */
    static WordSplit isolating(String... expressions) {
        return of(cuts(expressions));
    }

    private boolean does(List<? extends TextStep> others) {
        boolean same = steps.size() == others.size();
        for (int i = 0; same && i < steps.size(); i++) {
            same = TextStep.same(steps.get(i), others.get(i));
        }
        return same;
    }

    /** Whether its words are bytes in GPT-2's spelling, and not text. */
    boolean spellsBytes() {
        return steps.stream().anyMatch(TextStep.Bytes.class::isInstance);
    }

    /** Whether both cut alike. */
    boolean sameAs(WordSplit other) {
        return does(other.steps);
    }

    /** Its number in files, or {@link #NO_CODE}. */
    int code() {
        return code;
    }

    /** What it does, in order. */
    public List<TextStep> steps() {
        return steps;
    }

    /** The one of this number. */
    static WordSplit of(int code) {
        for (WordSplit split : CODED) {
            if (split.code == code) {
                return split;
            }
        }
        throw new InvalidTokenizerException(
                "tokenizer section, word split", "0 to " + (CODED.size() - 1), Integer.toUnsignedString(code));
    }

    /**
     * Gives the words of a text, in order; where nothing is removed or put in, together they are the text.
     *
     * @throws ExpressionException where that takes too many steps
     */
    public void words(String text, Consumer<String> to) {
        words(text, true, to);
    }

    /**
     * The words of a part of a text.
     *
     * @param first whether the part is the beginning of the text
     */
    void words(String part, boolean first, Consumer<String> to) {
        if (!part.isEmpty()) {
            cut(part, 0, first, to);
        }
    }

    /** Cuts by a step, and what that gives by the next ones. */
    private void cut(String text, int index, boolean first, Consumer<String> to) {
        if (index == steps.size()) {
            to.accept(text);
            return;
        }
        switch (steps.get(index)) {
            case TextStep.Space space -> {
                boolean missing = (space.everywhere() || first) && !text.startsWith(" ");
                cut(missing ? " " + text : text, index + 1, first, to);
            }
            case TextStep.LowBlocks _ -> cut(text.replace(ScoredBpeTokenizer.LOW_BLOCK, " "), index + 1, first, to);
            case TextStep.Bytes _ -> cut(ByteSpelling.spelled(text), index + 1, first, to);
            case TextStep.Cut cut -> {
                boolean atBeginning = first;
                for (String part : cut.parts(text)) {
                    cut(part, index + 1, atBeginning, to);
                    atBeginning = false;
                }
            }
        }
    }

    void write(SectionWriter out) {
        out.u8(steps.size());
        for (TextStep step : steps) {
            switch (step) {
                case TextStep.Cut cut ->
                    out.u8(cut.inverted() ? 2 : 1)
                            .u8(cut.behaviour().code())
                            .text(cut.expression().source());
                case TextStep.Space space -> out.u8(space.everywhere() ? 3 : 4);
                case TextStep.Bytes _ -> out.u8(5);
                case TextStep.LowBlocks _ -> out.u8(6);
            }
        }
    }

    static WordSplit read(SectionReader in) {
        String place = "word split";
        int count = in.u8(place);
        List<TextStep> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int kind = in.u8(place);
            steps.add(
                    switch (kind) {
                        case 1, 2 -> {
                            TextStep.Behaviour behaviour = TextStep.Behaviour.of(in.u8(place));
                            yield TextStep.Cut.of(in.text(place), behaviour, kind == 2);
                        }
                        case 3, 4 -> new TextStep.Space(kind == 3);
                        case 5 -> new TextStep.Bytes();
                        case 6 -> new TextStep.LowBlocks();
                        default ->
                            throw new InvalidTokenizerException(
                                    "tokenizer section, word split", "steps of kind 1 to 6", String.valueOf(kind));
                    });
        }
        return of(steps);
    }
}
