package org.pixelllm.pxvm.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.pixelllm.pxvm.regex.Expression;
import org.pixelllm.pxvm.tokenizer.bpe.Ids;
import org.pixelllm.pxvm.tokenizer.bpe.MergeTable;
import org.pixelllm.pxvm.tokenizer.bpe.Merger;

/**
 * Byte-pair encoding over characters, as SentencePiece, llama2.c and GGUF's {@code llama} have it: a text becomes
 * characters, or bytes where the vocabulary lacks one, and then the neighbours whose joined spelling has the highest
 * score become one token, the leftmost on equal scores, as long as there are any. Where a ranked list of merges is
 * given, its order takes the place of the scores.
 *
 * <p>The section after kind 2 and vocabulary, little-endian: flags u32 (the bits of {@link TextOption}), BOS i32
 * and EOS i32 (-1: none), where flagged a {@link Preparation}, number of merges u32; for each piece score f32, type u8 (as in GGUF), length u16 and its
 * bytes in UTF-8; for each merge left u32 and right u32; then the end tokens besides EOS, if there are any ({@link EndTokens}).
 */
public final class ScoredBpeTokenizer implements Tokenizer {

    /** What a section may flag, but for the preparation. */
    static final Set<TextOption> OPTIONS =
            Set.of(TextOption.ADD_BOS, TextOption.SPACE_PREFIX, TextOption.FIND_CONTROL, TextOption.LOW_BLOCK_IS_SPACE);

    /** The character that stands for a space in vocabularies. */
    static final String LOW_BLOCK = "\u2581";

    private static final int LEAST_PIECE_BYTES = 7;

    private final Pieces pieces;
    private final float[] scores;
    private final int bos;
    private final int eos;
    private final Set<TextOption> options;
    private final List<Merge> merges;
    private final EndTokens ends;
    private final Preparation preparation;
    private final TextPipeline pipeline;
    private final MergeTable table;
    private final int unknown;

    private ScoredBpeTokenizer(
            Pieces pieces,
            float[] scores,
            int bos,
            int eos,
            Set<TextOption> options,
            List<Merge> merges,
            EndTokens ends,
            Preparation preparation) {
        this.pieces = pieces;
        this.scores = scores;
        this.bos = pieces.checked(bos, "BOS");
        this.eos = pieces.checked(eos, "EOS");
        this.options = options;
        this.merges = merges;
        this.ends = ends;
        this.unknown = pieces.first(PieceType.UNKNOWN);
        if (options.contains(TextOption.ADD_BOS) && bos == NO_TOKEN) {
            throw new InvalidTokenizerException("BOS", "a token to begin texts with", "none");
        }
        if (unknown == NO_TOKEN && !pieces.hasAllBytes()) {
            throw new InvalidTokenizerException("pieces", "one for every byte, or one for unknown text", "neither");
        }
        for (int id = 0; id < scores.length; id++) {
            if (!Float.isFinite(scores[id])) {
                throw new InvalidTokenizerException(
                        Pieces.place(id) + ", score", "a finite number", String.valueOf(scores[id]));
            }
        }
        this.preparation = preparation;
        this.pipeline = pipeline(pieces, options, preparation);
        this.table = merges.isEmpty() ? Merges.scored(pieces, scores) : Merges.ranked(pieces, merges);
    }

    /** The preparation that the flags and what is said besides make together. */
    static TextPipeline pipeline(Pieces pieces, Set<TextOption> options, Preparation more) {
        List<Normalization> steps = new ArrayList<>();
        if (options.contains(TextOption.SPACE_PREFIX)) {
            steps.add(new Normalization.Prepend(" "));
        }
        steps.addAll(more.normalizations());
        boolean later = more.split().steps().contains(new TextStep.LowBlocks());
        if (options.contains(TextOption.LOW_BLOCK_IS_SPACE) && !later) {
            steps.add(new Normalization.Replace(Expression.known(LOW_BLOCK), " "));
        }
        return new TextPipeline(
                pieces, options.contains(TextOption.FIND_CONTROL), new Preparation(steps, more.split(), more.habits()));
    }

    /** Whether a preparation may put a space before a text, which decoding takes away again. */
    static boolean putsSpace(Set<TextOption> options, Preparation preparation) {
        return options.contains(TextOption.SPACE_PREFIX)
                || preparation.normalizations().contains(new Normalization.Prepend(" "))
                || preparation.split().steps().stream().anyMatch(TextStep.Space.class::isInstance);
    }

    /**
     * A tokenizer whose pieces are spelled as text is, as in llama2.c.
     *
     * @param pieces their UTF-8
     * @param types as {@link PieceType#code()}
     * @param bos an id, or {@link #NO_TOKEN}
     * @param eos an id, or {@link #NO_TOKEN}
     * @throws InvalidTokenizerException where these do not make a tokenizer
     */
    public static ScoredBpeTokenizer of(
            List<byte[]> pieces, float[] scores, int[] types, int bos, int eos, Set<TextOption> options) {
        return of(pieces, scores, types, bos, eos, options, List.of());
    }

    /**
     * A tokenizer whose pieces are spelled with ▁ (U+2581) for a space, as in SentencePiece and GGUF.
     *
     * @param types as {@link PieceType#code()}
     * @param bos an id, or {@link #NO_TOKEN}
     * @param eos an id, or {@link #NO_TOKEN}
     * @throws InvalidTokenizerException where these do not make a tokenizer
     */
    public static ScoredBpeTokenizer of(
            String[] pieces, float[] scores, int[] types, int bos, int eos, boolean addBos, boolean addSpacePrefix) {
        List<TextOption> options = new ArrayList<>(List.of(TextOption.LOW_BLOCK_IS_SPACE));
        if (addBos) {
            options.add(TextOption.ADD_BOS);
        }
        if (addSpacePrefix) {
            options.add(TextOption.SPACE_PREFIX);
        }
        return of(spellings(pieces, types), scores, types, bos, eos, Set.copyOf(options), List.of());
    }

    /**
     * A tokenizer whose merges are ranked, as in Hugging Face's conversions; its pieces are spelled with ▁ (U+2581).
     *
     * @param merges the first is merged first
     * @throws InvalidTokenizerException where these do not make a tokenizer
     */
    public static ScoredBpeTokenizer ranked(
            String[] pieces, int[] types, List<Merge> merges, int bos, int eos, Set<TextOption> options) {
        return of(spellings(pieces, types), new float[pieces.length], types, bos, eos, options, merges);
    }

    private static ScoredBpeTokenizer of(
            List<byte[]> pieces,
            float[] scores,
            int[] types,
            int bos,
            int eos,
            Set<TextOption> options,
            List<Merge> merges) {
        if (scores.length != pieces.size()) {
            throw new InvalidTokenizerException("scores", pieces.size() + ", one a piece", scores.length + " scores");
        }
        List<byte[]> copies = pieces.stream().map(byte[]::clone).toList();
        Pieces checked = pieces(copies, PieceType.of(types), options);
        return new ScoredBpeTokenizer(
                checked,
                scores.clone(),
                bos,
                eos,
                Set.copyOf(options),
                List.copyOf(merges),
                EndTokens.of(eos),
                Preparation.NONE);
    }

    /** With spaces for ▁, but in added tokens, which are looked for as they stand. */
    static List<byte[]> spellings(String[] pieces, int[] types) {
        List<byte[]> spellings = new ArrayList<>(pieces.length);
        for (int id = 0; id < pieces.length; id++) {
            int type = id < types.length ? types[id] : PieceType.NORMAL.code();
            boolean added = type == PieceType.USER_DEFINED.code() || type == PieceType.CONTROL.code();
            String text = added ? pieces[id] : pieces[id].replace(LOW_BLOCK, " ");
            spellings.add(text.getBytes(StandardCharsets.UTF_8));
        }
        return spellings;
    }

    static Pieces pieces(List<byte[]> spellings, List<PieceType> types, Set<TextOption> options) {
        return new Pieces(spellings, types, true, options.contains(TextOption.LOW_BLOCK_IS_SPACE));
    }

    static ScoredBpeTokenizer read(SectionReader in) {
        int count = in.count(Pieces.MAX_PIECES, LEAST_PIECE_BYTES, "vocabulary");
        int flags = in.i32("flags");
        Set<TextOption> options = TextOption.ofPrepared(flags, OPTIONS);
        int bos = in.i32("BOS");
        int eos = in.i32("EOS");
        Preparation preparation = TextOption.isPrepared(flags) ? Preparation.read(in) : Preparation.NONE;
        List<byte[]> spellings = new ArrayList<>(count);
        List<PieceType> types = new ArrayList<>(count);
        float[] scores = readPieces(in, count, spellings, types);
        List<Merge> merges = Merges.read(in);
        Pieces pieces = pieces(spellings, types, options);
        EndTokens ends = EndTokens.read(in, eos, pieces);
        return new ScoredBpeTokenizer(pieces, scores, bos, eos, options, merges, ends, preparation);
    }

    static float[] readPieces(SectionReader in, int count, List<byte[]> spellings, List<PieceType> types) {
        float[] scores = new float[count];
        for (int id = 0; id < count; id++) {
            scores[id] = in.f32(Pieces.place(id));
            types.add(PieceType.of(in.u8(Pieces.place(id)), Pieces.place(id)));
            int length = in.u16(Pieces.place(id));
            Pieces.checkLength(length, id);
            spellings.add(in.bytes(length, Pieces.place(id)));
        }
        return scores;
    }

    static void writePieces(Pieces pieces, float[] scores, SectionWriter out) {
        for (int id = 0; id < pieces.size(); id++) {
            byte[] spelling = pieces.spelling(id);
            out.f32(scores[id]).u8(pieces.type(id).code()).u16(spelling.length).bytes(spelling);
        }
    }

    @Override
    public byte[] toBytes() {
        SectionWriter out = new SectionWriter()
                .i32(Tokenizers.SCORED_BPE)
                .i32(vocabulary())
                .i32(TextOption.bits(options, !preparation.isNone()))
                .i32(bos)
                .i32(eos);
        if (!preparation.isNone()) {
            preparation.write(out);
        }
        writePieces(pieces, scores, out);
        Merges.write(merges, out);
        ends.write(out);
        return out.toByteArray();
    }

    @Override
    public String name() {
        return "scored-bpe";
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
        return putsSpace(options, preparation);
    }

    /** How a text is prepared. */
    public Set<TextOption> options() {
        return options;
    }

    /** The same tokenizer with other preparations of a text. */
    public ScoredBpeTokenizer with(Set<TextOption> changed) {
        return new ScoredBpeTokenizer(pieces, scores, bos, eos, Set.copyOf(changed), merges, ends, preparation);
    }

    /** The same tokenizer, which prepares its texts so. */
    public ScoredBpeTokenizer with(Preparation changed) {
        return new ScoredBpeTokenizer(pieces, scores, bos, eos, options, merges, ends, changed);
    }

    /** The same tokenizer, whose texts these tokens end too. */
    public ScoredBpeTokenizer withEnds(Collection<Integer> ids) {
        return new ScoredBpeTokenizer(pieces, scores, bos, eos, options, merges, ends.with(ids, pieces), preparation);
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

    private void encodeWord(String text, Ids to) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] ids = new int[bytes.length];
        int count = 0;
        for (int from = 0, end; from < bytes.length; from = end) {
            end = from + 1;
            while (end < bytes.length && (bytes[end] & 0xC0) == 0x80) {
                end++;
            }
            count = addCharacter(bytes, from, end, ids, count);
        }
        Merger.merge(ids, count, table, to);
    }

    private int addCharacter(byte[] bytes, int from, int to, int[] ids, int count) {
        int id = pieces.find(bytes, from, to);
        if (id != NO_TOKEN) {
            ids[count] = id;
            return count + 1;
        }
        for (int i = from; i < to; i++) {
            ids[count + i - from] = pieces.ofByte(Byte.toUnsignedInt(bytes[i]));
            if (ids[count + i - from] == NO_TOKEN) {
                ids[count] = unknown;
                return count + 1;
            }
        }
        return count + to - from;
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
