package org.pixelllm.forge.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.pxvm.tokenizer.ByteBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.Merge;
import org.pixelllm.pxvm.tokenizer.WordSplit;

/**
 * Learns a byte-level BPE (Sennrich et al., 2016): texts are cut into words as GPT-2 cuts them, and again and again the
 * two neighbours that are seen most often in a word become one token; of those seen equally often, the ones with the
 * lower ids. Counts are kept up to date instead of counted again, so that a merge costs what it changes.
 */
public final class BpeTrainer {

    /** As many ids as a model may have. */
    public static final int MAX_VOCABULARY = PxiVersion.MAX_VOCABULARY;

    /** The bytes: every text can be spelled with these. */
    public static final int MIN_VOCABULARY = 256;

    /** A pair that is seen once is no habit of the texts. */
    private static final int LEAST_SEEN = 2;

    private static final Comparator<Candidate> BEST_FIRST = Comparator.comparingLong((Candidate each) -> -each.seen)
            .thenComparingInt(each -> each.pair.left)
            .thenComparingInt(each -> each.pair.right);

    private final List<Word> words = new ArrayList<>();
    private final Map<Long, Pair> pairs = new HashMap<>();
    private final PriorityQueue<Candidate> candidates = new PriorityQueue<>(BEST_FIRST);
    private final List<byte[]> pieces = new ArrayList<>(); // by id, the bytes included
    private final Map<String, Integer> ids = new HashMap<>(); // by spelling as Latin-1
    private final List<Merge> merges = new ArrayList<>();
    private final Set<Long> done = new HashSet<>(); // pairs that are among these

    /** A word that occurs, as the tokens that it is cut into so far. */
    private static final class Word {

        private int[] ids;
        private final long seen;

        Word(byte[] bytes, long seen) {
            this.ids = new int[bytes.length];
            this.seen = seen;
            for (int i = 0; i < bytes.length; i++) {
                ids[i] = Byte.toUnsignedInt(bytes[i]);
            }
        }
    }

    /** Two neighbours, how often they are seen, and the words that have had them. */
    private static final class Pair {

        private final int left;
        private final int right;
        private long seen;
        private int[] words = new int[2];
        private int count;

        Pair(int left, int right) {
            this.left = left;
            this.right = right;
        }

        void in(int word) {
            if (count > 0 && words[count - 1] == word) {
                return;
            }
            if (count == words.length) {
                words = Arrays.copyOf(words, 2 * count);
            }
            words[count++] = word;
        }
    }

    /** A pair as often as it was seen when it came into the queue. */
    private record Candidate(Pair pair, long seen) {}

    private BpeTrainer() {
        for (int value = 0; value < MIN_VOCABULARY; value++) {
            add(new byte[] {(byte) value});
        }
    }

    /**
     * Learns a tokenizer.
     *
     * @param vocabulary how many ids it is to have, {@value #MIN_VOCABULARY} to {@value #MAX_VOCABULARY}; it has fewer
     *     where the texts have no more pairs that are seen twice
     */
    public static ByteBpeTokenizer train(Collection<String> texts, int vocabulary) {
        if (vocabulary < MIN_VOCABULARY || vocabulary > MAX_VOCABULARY) {
            throw new IllegalArgumentException(
                    "a vocabulary of " + MIN_VOCABULARY + " to " + MAX_VOCABULARY + " ids, not " + vocabulary);
        }
        BpeTrainer trainer = new BpeTrainer();
        trainer.count(texts);
        while (trainer.pieces.size() < vocabulary) {
            Pair best = trainer.best();
            if (best == null) {
                break;
            }
            trainer.merge(best);
        }
        List<byte[]> learnt = trainer.pieces.subList(MIN_VOCABULARY, trainer.pieces.size());
        return ByteBpeTokenizer.ofBytes(learnt, trainer.merges, WordSplit.GPT2);
    }

    private int add(byte[] piece) {
        String key = new String(piece, StandardCharsets.ISO_8859_1);
        Integer known = ids.putIfAbsent(key, pieces.size());
        if (known != null) {
            return known;
        }
        pieces.add(piece);
        return pieces.size() - 1;
    }

    private void count(Collection<String> texts) {
        Map<String, long[]> seen = new LinkedHashMap<>();
        for (String text : texts) {
            WordSplit.GPT2.words(text, word -> seen.computeIfAbsent(word, each -> new long[1])[0]++);
        }
        seen.forEach((word, count) -> words.add(new Word(word.getBytes(StandardCharsets.UTF_8), count[0])));
        for (int word = 0; word < words.size(); word++) {
            change(word, 1);
        }
        for (Pair pair : pairs.values()) {
            candidates.add(new Candidate(pair, pair.seen));
        }
    }

    /** Counts the pairs of a word, or takes them away. */
    private void change(int index, int sign) {
        Word word = words.get(index);
        for (int i = 0; i + 1 < word.ids.length; i++) {
            Pair pair = pair(word.ids[i], word.ids[i + 1]);
            pair.seen += sign * word.seen;
            if (sign > 0) {
                pair.in(index);
            }
        }
    }

    private Pair pair(int left, int right) {
        return pairs.computeIfAbsent(key(left, right), key -> new Pair(left, right));
    }

    private static long key(int left, int right) {
        return (long) left << Integer.SIZE | right;
    }

    /** The pair to merge next, or null where none is seen often enough. */
    private @Nullable Pair best() {
        while (!candidates.isEmpty()) {
            Candidate candidate = candidates.remove();
            Pair pair = candidate.pair;
            if (candidate.seen == pair.seen && fits(pair)) {
                return pair.seen < LEAST_SEEN ? null : pair;
            }
            if (candidate.seen > pair.seen && pair.seen >= LEAST_SEEN) {
                candidates.add(new Candidate(pair, pair.seen)); // It was seen more often then.
            }
        }
        return null;
    }

    private boolean fits(Pair pair) {
        return pieces.get(pair.left).length + pieces.get(pair.right).length <= ByteBpeTokenizer.MAX_PIECE_BYTES;
    }

    private void merge(Pair pair) {
        byte[] left = pieces.get(pair.left);
        byte[] right = pieces.get(pair.right);
        byte[] both = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, both, left.length, right.length);
        int merged = add(both);
        // Where two ways lead to one spelling, the second may bring a pair about again that is merged already.
        if (done.add(key(pair.left, pair.right))) {
            merges.add(new Merge(pair.left, pair.right));
        }
        int[] affected = Arrays.copyOf(pair.words, pair.count);
        pair.count = 0;
        Set<Pair> seenMore = new LinkedHashSet<>();
        for (int index : affected) {
            Word word = words.get(index);
            int[] joined = joined(word.ids, pair, merged);
            if (joined.length < word.ids.length) {
                change(index, -1);
                word.ids = joined;
                change(index, 1);
                for (int i = 0; i + 1 < joined.length; i++) {
                    if (joined[i] == merged || joined[i + 1] == merged) {
                        seenMore.add(pair(joined[i], joined[i + 1]));
                    }
                }
            }
        }
        for (Pair each : seenMore) {
            candidates.add(new Candidate(each, each.seen));
        }
    }

    private static int[] joined(int[] ids, Pair pair, int merged) {
        int[] joined = new int[ids.length];
        int count = 0;
        for (int i = 0; i < ids.length; i++) {
            boolean here = ids[i] == pair.left && i + 1 < ids.length && ids[i + 1] == pair.right;
            joined[count++] = here ? merged : ids[i];
            i += here ? 1 : 0;
        }
        return Arrays.copyOf(joined, count);
    }
}
