package org.pixelllm.pxvm.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.pixelllm.pxvm.tokenizer.bpe.Ids;
import org.pixelllm.pxvm.tokenizer.bpe.MergeTable;

/**
 * A unigram language model (Kudo, 2018), as SentencePiece, T5 and Hugging Face's {@code Unigram} have it: of all ways to cut
 * a word into pieces the one whose scores have the greatest sum, found by Viterbi's algorithm in double precision. A
 * character without a piece of its own scores 10 below the lowest; neighbours of these become one unknown token, or bytes where
 * the vocabulary has them all.
 *
 * <p>The section after kind 4 and vocabulary is that of {@link ScoredBpeTokenizer} with no merges.
 */
public final class UnigramTokenizer implements Tokenizer {

    private static final double UNKNOWN_PENALTY = 10;
    private static final int LEAST_PIECE_BYTES = 7;

    /** Beginnings of pieces; the largest known vocabulary has two million. */
    private static final int MAX_NODES = 1 << 24;

    private final Pieces pieces;
    private final float[] scores;
    private final int bos;
    private final int eos;
    private final Set<TextOption> options;
    private final EndTokens ends;
    private final Preparation preparation;
    private final TextPipeline pipeline;
    private final int unknown;
    private final double unknownScore;

    // The vocabulary as a tree: from a node and a byte to a node, and the piece that ends at a node.
    private final MergeTable children = new MergeTable();
    private final Ids nodes = new Ids(1);
    private final int[] pieceAt;

    private UnigramTokenizer(
            Pieces pieces,
            float[] scores,
            int bos,
            int eos,
            Set<TextOption> options,
            EndTokens ends,
            Preparation preparation) {
        this.pieces = pieces;
        this.scores = scores;
        this.bos = pieces.checked(bos, "BOS");
        this.eos = pieces.checked(eos, "EOS");
        this.options = options;
        this.ends = ends;
        this.preparation = preparation;
        this.unknown = pieces.first(PieceType.UNKNOWN);
        if (options.contains(TextOption.ADD_BOS) && bos == NO_TOKEN) {
            throw new InvalidTokenizerException("BOS", "a token to begin texts with", "none");
        }
        if (unknown == NO_TOKEN && !pieces.hasAllBytes()) {
            throw new InvalidTokenizerException("pieces", "one for every byte, or one for unknown text", "neither");
        }
        double lowest = Double.POSITIVE_INFINITY;
        for (int id = 0; id < scores.length; id++) {
            if (!Float.isFinite(scores[id])) {
                throw new InvalidTokenizerException(
                        Pieces.place(id) + ", score", "a finite number", String.valueOf(scores[id]));
            }
            lowest = Math.min(lowest, scores[id]);
        }
        this.unknownScore = lowest - UNKNOWN_PENALTY;
        this.pipeline = ScoredBpeTokenizer.pipeline(pieces, options, preparation);
        nodes.add(NO_TOKEN);
        for (int id = 0; id < pieces.size(); id++) {
            // Hugging Face's library finds a byte's piece where a text spells its name, too.
            if (pieces.isMergeable(id) || pieces.type(id) == PieceType.BYTE) {
                plant(pieces.mergeable(id), id);
            }
        }
        this.pieceAt = nodes.toArray();
    }

    /**
     * A tokenizer whose pieces are spelled with ▁ (U+2581) for a space.
     *
     * @param types as {@link PieceType#code()}
     * @param bos an id, or {@link #NO_TOKEN}
     * @param eos an id, or {@link #NO_TOKEN}
     * @throws InvalidTokenizerException where these do not make a tokenizer
     */
    public static UnigramTokenizer of(
            String[] pieces,
            float[] scores,
            int[] types,
            int bos,
            int eos,
            Set<TextOption> options,
            Preparation preparation) {
        if (scores.length != pieces.length) {
            throw new InvalidTokenizerException("scores", pieces.length + ", one a piece", scores.length + " scores");
        }
        Pieces checked =
                ScoredBpeTokenizer.pieces(ScoredBpeTokenizer.spellings(pieces, types), PieceType.of(types), options);
        return new UnigramTokenizer(
                checked, scores.clone(), bos, eos, Set.copyOf(options), EndTokens.of(eos), preparation);
    }

    private void plant(byte[] spelling, int id) {
        int node = 0;
        for (byte each : spelling) {
            int value = Byte.toUnsignedInt(each);
            long found = children.find(node, value);
            if (found == MergeTable.NONE) {
                int child = nodes.size();
                if (child > MAX_NODES) {
                    throw new InvalidTokenizerException(
                            "pieces", "at most " + MAX_NODES + " different beginnings", "more");
                }
                nodes.add(NO_TOKEN);
                children.add(node, value, 0, child);
                node = child;
            } else {
                node = MergeTable.merged(found);
            }
        }
        nodes.set(node, id);
    }

    /** The same tokenizer, whose texts these tokens end too. */
    public UnigramTokenizer withEnds(Collection<Integer> ids) {
        return new UnigramTokenizer(pieces, scores, bos, eos, options, ends.with(ids, pieces), preparation);
    }

    static UnigramTokenizer read(SectionReader in) {
        int count = in.count(Pieces.MAX_PIECES, LEAST_PIECE_BYTES, "vocabulary");
        int flags = in.i32("flags");
        Set<TextOption> options = TextOption.ofPrepared(flags, ScoredBpeTokenizer.OPTIONS);
        int bos = in.i32("BOS");
        int eos = in.i32("EOS");
        Preparation preparation = TextOption.isPrepared(flags) ? Preparation.read(in) : Preparation.NONE;
        List<byte[]> spellings = new ArrayList<>(count);
        List<PieceType> types = new ArrayList<>(count);
        float[] scores = ScoredBpeTokenizer.readPieces(in, count, spellings, types);
        if (!Merges.read(in).isEmpty()) {
            throw new InvalidTokenizerException("tokenizer section, number of merges", "0", "more");
        }
        Pieces pieces = ScoredBpeTokenizer.pieces(spellings, types, options);
        EndTokens ends = EndTokens.read(in, eos, pieces);
        return new UnigramTokenizer(pieces, scores, bos, eos, options, ends, preparation);
    }

    @Override
    public byte[] toBytes() {
        SectionWriter out = new SectionWriter()
                .i32(Tokenizers.UNIGRAM)
                .i32(vocabulary())
                .i32(TextOption.bits(options, !preparation.isNone()))
                .i32(bos)
                .i32(eos);
        if (!preparation.isNone()) {
            preparation.write(out);
        }
        ScoredBpeTokenizer.writePieces(pieces, scores, out);
        Merges.write(List.of(), out);
        ends.write(out);
        return out.toByteArray();
    }

    @Override
    public String name() {
        return "unigram";
    }

    @Override
    public int vocabulary() {
        return pieces.size();
    }

    @Override
    public int bos() {
        return bos;
    }

    @Override
    public int eos() {
        return eos;
    }

    @Override
    public boolean isEnd(int id) {
        return ends.contains(id);
    }

    @Override
    public boolean spacePrefix() {
        return ScoredBpeTokenizer.putsSpace(options, preparation);
    }

    @Override
    public int[] encode(String text) {
        Ids ids = new Ids(text.length() / 2);
        if (options.contains(TextOption.ADD_BOS)) {
            ids.add(bos);
        }
        pipeline.encode(text, null, ids, word -> encodeWord(word, ids));
        return ids.toArray();
    }

    @Override
    public int[] encodeChat(String text, BitSet foreign) {
        Ids ids = new Ids(text.length() / 2);
        pipeline.encode(text, foreign, ids, word -> encodeWord(word, ids));
        return ids.toArray();
    }

    @Override
    public int control(String spelling) {
        return pieces.control(spelling);
    }

    private void encodeWord(String word, Ids to) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        double[] best = new double[bytes.length + 1];
        int[] start =
                new int[bytes.length + 1]; // of the last piece of the best way to here; -1 where there is none yet
        int[] piece = new int[bytes.length + 1];
        Arrays.fill(start, -1);
        for (int from = 0, next; from < bytes.length; from = next) {
            next = from + 1;
            while (next < bytes.length && (bytes[next] & 0xC0) == 0x80) {
                next++;
            }
            boolean single = false;
            int node = 0;
            for (int at = from; at < bytes.length; at++) {
                long found = children.find(node, Byte.toUnsignedInt(bytes[at]));
                if (found == MergeTable.NONE) {
                    break;
                }
                node = MergeTable.merged(found);
                int id = pieceAt[node];
                if (id != NO_TOKEN) {
                    single |= at + 1 == next;
                    offer(from, at + 1, id, scores[id] + best[from], best, start, piece);
                }
            }
            if (!single) {
                offer(from, next, NO_TOKEN, unknownScore + best[from], best, start, piece);
            }
        }
        collect(bytes, start, piece, to);
    }

    private static void offer(int from, int to, int id, double sum, double[] best, int[] start, int[] piece) {
        if (start[to] < 0 || sum > best[to]) {
            best[to] = sum;
            start[to] = from;
            piece[to] = id;
        }
    }

    private void collect(byte[] bytes, int[] start, int[] piece, Ids to) {
        int[] back = new int[bytes.length]; // ends of the pieces, the last first
        int count = 0;
        for (int end = bytes.length; end > 0; end = start[end]) {
            back[count++] = end;
        }
        boolean afterUnknown = false;
        for (int i = count - 1; i >= 0; i--) {
            int end = back[i];
            boolean isUnknown = piece[end] == NO_TOKEN;
            if (!isUnknown) {
                to.add(piece[end]);
            } else if (pieces.hasAllBytes()) {
                for (int at = start[end]; at < end; at++) {
                    to.add(pieces.ofByte(Byte.toUnsignedInt(bytes[at])));
                }
            } else if (!afterUnknown) {
                to.add(unknown);
            }
            afterUnknown = isUnknown;
        }
    }

    @Override
    public byte[] bytes(int id) {
        return pieces.text(id);
    }

    @Override
    public String decode(int id) {
        return pieces.label(id);
    }
}
