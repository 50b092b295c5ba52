package org.pixelllm.pxvm.tokenizer;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.tokenizer.bpe.Ids;

/**
 * From a text to words, as Hugging Face's library goes: added tokens are found in the text as it stands, what is between is
 * normalized, other added tokens are found in that, and what is left is cut into words.
 */
final class TextPipeline {

    private final List<Normalization> normalizations;
    private final WordSplit split;
    private final AddedTokens raw;
    private final AddedTokens normalized;
    private final AddedTokens rawInChats; // control tokens come from templates, which are not normalized
    private final AddedTokens normalizedInChats;

    TextPipeline(Pieces pieces, boolean control, Preparation preparation) {
        this.normalizations = preparation.normalizations();
        this.split = preparation.split();
        SortedMap<Integer, Integer> habits = preparation.habits();
        habits.forEach((id, bits) -> pieces.checked(id, "added token"));
        this.raw = AddedTokens.of(pieces, control, habits, false, this::normal);
        this.normalized = AddedTokens.of(pieces, control, habits, true, this::normal);
        if (normalized.isEmpty()) {
            this.rawInChats = control ? raw : AddedTokens.of(pieces, true, habits, false, this::normal);
            this.normalizedInChats = normalized;
        } else {
            Map<Integer, Integer> inChats = new TreeMap<>();
            habits.forEach((id, bits) -> inChats.put(
                    id, pieces.type(id) == PieceType.CONTROL ? bits & ~Preparation.Habit.NORMALIZED.bit() : bits));
            this.rawInChats = AddedTokens.of(pieces, true, inChats, false, this::normal);
            this.normalizedInChats = AddedTokens.of(pieces, true, inChats, true, this::normal);
        }
    }

    private String normal(String text) {
        return Normalization.apply(normalizations, text);
    }

    WordSplit split() {
        return split;
    }

    /**
     * Encodes a text.
     *
     * @param foreign of a chat, the characters that no control token is made of; null where the text is none
     * @param to gets the added tokens
     * @param words gets the words, in turn with these
     */
    void encode(String text, @Nullable BitSet foreign, Ids to, Consumer<String> words) {
        AddedTokens first = foreign == null ? raw : rawInChats;
        AddedTokens second = foreign == null ? normalized : normalizedInChats;
        first.split(text, foreign, new AddedTokens.Parts() {
            @Override
            public void text(String part, int from) {
                normalized(part, from == 0);
            }

            private void normalized(String part, boolean beginning) {
                String normal = normal(part);
                second.split(normal, null, new AddedTokens.Parts() {
                    @Override
                    public void text(String rest, int from) {
                        split.words(rest, beginning && from == 0, words);
                    }

                    @Override
                    public void token(int id) {
                        to.add(id);
                    }
                });
            }

            @Override
            public void token(int id) {
                to.add(id);
            }
        });
    }
}
