package org.pixelllm.pxvm.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pixelllm.pxvm.tokenizer.bpe.Ids;
import org.pixelllm.pxvm.tokenizer.bpe.MergeTable;
import org.pixelllm.pxvm.tokenizer.bpe.Merger;

/**
 * Byte-pair encoding over bytes, as GPT-2 introduced it and Hugging Face's {@code ByteLevel} and GGUF's {@code gpt2} have
 * it: added tokens are found first, the text between them is cut into words, and in each word the bytes are merged by a
 * ranked list.
 *
 * <p>The section after kind 3 and vocabulary, little-endian: flags u32 ({@link TextOption}), BOS i32 and EOS i32 (-1:
 * none), word split u32, where flagged a {@link Preparation}; for each piece type u8 (as in GGUF), length u16 and its bytes; number
 * of merges u32, and for each left u32 and right u32; then the end tokens besides EOS, if there are any ({@link EndTokens}).
 */
public final class ByteBpeTokenizer implements Tokenizer {

    private static final Set<TextOption> OPTIONS = Set.of(
            TextOption.ADD_BOS,
            TextOption.SPACE_PREFIX,
            TextOption.FIND_CONTROL,
            TextOption.NFC,
            TextOption.WHOLE_WORDS);
    private static final int LEAST_PIECE_BYTES = 3;
    private static final int BYTES = 256;

    /** The longest spelling of a token. */
    public static final int MAX_PIECE_BYTES = Pieces.MAX_PIECE_BYTES;

    private final Pieces pieces;
    private final List<Merge> merges;
    private final WordSplit split;
    private final int bos;
    private final int eos;
    private final Set<TextOption> options;
    private final EndTokens ends;
    private final Preparation preparation; // without the split
    private final TextPipeline pipeline;
    private final MergeTable table;
    private final int[] byteIds = new int[BYTES];

    private ByteBpeTokenizer(
            Pieces pieces,
            List<Merge> merges,
            WordSplit split,
            int bos,
            int eos,
            Set<TextOption> options,
            EndTokens ends,
            Preparation preparation) {
        this.pieces = pieces;
        this.merges = merges;
        this.split = split;
        this.bos = pieces.checked(bos, "BOS");
        this.eos = pieces.checked(eos, "EOS");
        this.options = options;
        this.ends = ends;
        if (options.contains(TextOption.ADD_BOS) && bos == NO_TOKEN) {
            throw new InvalidTokenizerException("BOS", "a token to begin texts with", "none");
        }
        for (int value = 0; value < byteIds.length; value++) {
            byteIds[value] = pieces.find(new byte[] {(byte) value}, 0, 1);
            if (byteIds[value] == NO_TOKEN && isInUtf8(value)) {
                throw new InvalidTokenizerException("pieces", "one for every byte of UTF-8", "none for byte " + value);
            }
        }
        this.preparation = preparation;
        this.pipeline = pipeline();
        this.table = Merges.ranked(pieces, merges);
    }

    private TextPipeline pipeline() {
        List<Normalization> steps = new ArrayList<>();
        if (options.contains(TextOption.NFC)) {
            steps.add(Normalization.Form.NFC);
        }
        steps.addAll(preparation.normalizations());
        List<TextStep> cuts = new ArrayList<>();
        if (options.contains(TextOption.SPACE_PREFIX)) {
            cuts.add(new TextStep.Space(true)); // Hugging Face's add_prefix_space: only where there is none
        }
        cuts.addAll(split.steps());
        return new TextPipeline(
                pieces,
                options.contains(TextOption.FIND_CONTROL),
                new Preparation(steps, WordSplit.of(cuts), preparation.habits()));
    }

    /** Whether some text has this byte: 13 of the 256 never occur, and some vocabularies leave them out. */
    private static boolean isInUtf8(int value) {
        return value < 0xC0 || (value > 0xC1 && value < 0xF5);
    }

    /**
     * A tokenizer from the lists of a tokenizer.json or a GGUF file.
     *
     * @param tokens normal ones in GPT-2's spelling of bytes, others as they are
     * @param merges the first is merged first; two tokens with a space between
     * @param types as {@link PieceType#code()}
     * @param bos an id, or {@link #NO_TOKEN}
     * @param eos an id, or {@link #NO_TOKEN}
     * @throws InvalidTokenizerException where these do not make a tokenizer
     */
    public static ByteBpeTokenizer of(
            String[] tokens, String[] merges, int[] types, WordSplit split, int bos, int eos, Set<TextOption> options) {
        List<PieceType> checkedTypes = PieceType.of(types);
        if (types.length != tokens.length) {
            throw new InvalidTokenizerException(
                    "piece types", tokens.length + ", one a piece", types.length + " types");
        }
        List<byte[]> spellings = new ArrayList<>(tokens.length);
        Map<String, Integer> ids = new HashMap<>();
        for (int id = 0; id < tokens.length; id++) {
            boolean normal = checkedTypes.get(id) == PieceType.NORMAL;
            if (normal) {
                ids.put(tokens[id], id);
            } else {
                ids.putIfAbsent(tokens[id], id);
            }
            spellings.add(
                    normal
                            ? ByteSpelling.bytes(tokens[id], Pieces.place(id))
                            : tokens[id].getBytes(StandardCharsets.UTF_8));
        }
        Pieces pieces = new Pieces(spellings, checkedTypes, false);
        return new ByteBpeTokenizer(
                pieces,
                Merges.of(merges, ids),
                split,
                bos,
                eos,
                Set.copyOf(options),
                EndTokens.of(eos),
                Preparation.NONE);
    }

    /**
     * As {@link #of(String[], String[], int[], WordSplit, int, int, Set)}, with control tokens found in texts.
     *
     * @param pre GGUF's {@code tokenizer.ggml.pre}
     */
    public static ByteBpeTokenizer of(
            String[] tokens, String[] merges, int[] types, String pre, int bos, int eos, boolean addBos) {
        NamedSplit named = NamedSplit.of(pre);
        if (named == null) {
            throw new InvalidTokenizerException(
                    "tokenizer.ggml.pre", "one of " + NamedSplit.names(), "\"" + pre + "\"");
        }
        List<TextOption> options = new ArrayList<>(List.of(TextOption.FIND_CONTROL));
        if (addBos) {
            options.add(TextOption.ADD_BOS);
        }
        if (named.wholeWords()) {
            options.add(TextOption.WHOLE_WORDS);
        }
        if (named.composes()) {
            options.add(TextOption.NFC);
        }
        return of(tokens, merges, types, named.split(), bos, eos, Set.copyOf(options));
    }

    /**
     * A tokenizer without special tokens, whose ids 0 to 255 are the bytes.
     *
     * @param pieces the spellings of the ids from 256 on, each different
     * @param merges the first is merged first
     * @throws InvalidTokenizerException where these do not make a tokenizer
     */
    public static ByteBpeTokenizer ofBytes(List<byte[]> pieces, List<Merge> merges, WordSplit split) {
        List<byte[]> spellings = new ArrayList<>(BYTES + pieces.size());
        for (int value = 0; value < BYTES; value++) {
            spellings.add(new byte[] {(byte) value});
        }
        spellings.addAll(pieces);
        List<PieceType> types = Collections.nCopies(spellings.size(), PieceType.NORMAL);
        return new ByteBpeTokenizer(
                new Pieces(spellings, types, false),
                List.copyOf(merges),
                split,
                NO_TOKEN,
                NO_TOKEN,
                Set.of(),
                EndTokens.of(NO_TOKEN),
                Preparation.NONE);
    }

    /** The same tokenizer, whose texts these tokens end too. */
    public ByteBpeTokenizer withEnds(Collection<Integer> ids) {
        return new ByteBpeTokenizer(pieces, merges, split, bos, eos, options, ends.with(ids, pieces), preparation);
    }

    /**
     * The same tokenizer, which prepares its texts so before it cuts them.
     *
     * @param changed its split is not used
     */
    public ByteBpeTokenizer with(Preparation changed) {
        Preparation rest = new Preparation(changed.normalizations(), WordSplit.NONE, changed.habits());
        return new ByteBpeTokenizer(pieces, merges, split, bos, eos, options, ends, rest);
    }

    static ByteBpeTokenizer read(SectionReader in) {
        int count = in.count(Pieces.MAX_PIECES, LEAST_PIECE_BYTES, "vocabulary");
        int flags = in.i32("flags");
        Set<TextOption> options = TextOption.ofPrepared(flags, OPTIONS);
        int bos = in.i32("BOS");
        int eos = in.i32("EOS");
        WordSplit coded = WordSplit.of(in.i32("word split"));
        Preparation preparation = TextOption.isPrepared(flags) ? Preparation.read(in) : Preparation.NONE;
        boolean written = !preparation.split().steps().isEmpty();
        if (written && coded != WordSplit.NONE) {
            throw new InvalidTokenizerException("tokenizer section, word split", "a number or steps", "both");
        }
        WordSplit split = written ? preparation.split() : coded;
        List<byte[]> spellings = new ArrayList<>(count);
        List<PieceType> types = new ArrayList<>(count);
        for (int id = 0; id < count; id++) {
            String place = Pieces.place(id);
            types.add(PieceType.of(in.u8(place), place));
            int length = in.u16(place);
            Pieces.checkLength(length, id);
            spellings.add(in.bytes(length, place));
        }
        List<Merge> merges = Merges.read(in);
        Pieces pieces = new Pieces(spellings, types, false);
        return new ByteBpeTokenizer(
                        pieces, merges, split, bos, eos, options, EndTokens.read(in, eos, pieces), Preparation.NONE)
                .with(preparation);
    }

    @Override
    public byte[] toBytes() {
        boolean coded = split.code() != WordSplit.NO_CODE;
        Preparation written =
                new Preparation(preparation.normalizations(), coded ? WordSplit.NONE : split, preparation.habits());
        SectionWriter out = new SectionWriter()
                .i32(Tokenizers.BYTE_BPE)
                .i32(vocabulary())
                .i32(TextOption.bits(options, !written.isNone()))
                .i32(bos)
                .i32(eos)
                .i32(coded ? split.code() : WordSplit.NONE.code());
        if (!written.isNone()) {
            written.write(out);
        }
        for (int id = 0; id < vocabulary(); id++) {
            byte[] spelling = pieces.spelling(id);
            out.u8(pieces.type(id).code()).u16(spelling.length).bytes(spelling);
        }
        Merges.write(merges, out);
        ends.write(out);
        return out.toByteArray();
    }

    /** What is merged, the first first. */
    public List<Merge> merges() {
        return Collections.unmodifiableList(merges);
    }

    @Override
    public String name() {
        return "byte-bpe";
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

    /** False: as in Hugging Face's, a space that was put before a text stays. */
    @Override
    public boolean spacePrefix() {
        return false;
    }

    @Override
    public int[] encode(String text) {
        Ids ids = new Ids(text.length() / 2);
        if (options.contains(TextOption.ADD_BOS)) {
            ids.add(bos);
        }
        pipeline.encode(text, null, ids, word -> encodeWord(bytesOf(word), ids));
        return ids.toArray();
    }

    @Override
    public int[] encodeChat(String text, BitSet foreign) {
        Ids ids = new Ids(text.length() / 2);
        pipeline.encode(text, foreign, ids, word -> encodeWord(bytesOf(word), ids));
        return ids.toArray();
    }

    @Override
    public int control(String spelling) {
        return pieces.control(spelling);
    }

    private byte[] bytesOf(String word) {
        return split.spellsBytes() ? ByteSpelling.bytes(word, "word") : word.getBytes(StandardCharsets.UTF_8);
    }

    private void encodeWord(byte[] word, Ids to) {
        int whole = options.contains(TextOption.WHOLE_WORDS) ? pieces.find(word, 0, word.length) : NO_TOKEN;
        if (whole != NO_TOKEN) {
            to.add(whole);
            return;
        }
        int[] ids = new int[word.length];
        for (int i = 0; i < word.length; i++) {
            ids[i] = byteIds[Byte.toUnsignedInt(word[i])];
        }
        Merger.merge(ids, ids.length, table, to);
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
