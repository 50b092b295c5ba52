package org.pixelllm.pxvm.tokenizer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A vocabulary: the spelling and the type of each token, and the way back from bytes to ids. */
final class Pieces {

    /** More than any known vocabulary. */
    static final int MAX_PIECES = 1 << 20;

    /** The longest spelling in bytes; known ones have up to 256. */
    static final int MAX_PIECE_BYTES = 512;

    private static final byte[] NOTHING = {};
    private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);

    private final List<byte[]> spellings;
    private final boolean lowBlock;
    private final List<PieceType> types;
    // Keyed by the bytes as Latin-1 text, whose hash table withstands colliding keys.
    private final Map<String, Integer> normal = new HashMap<>();
    private final Map<String, Integer> added = new HashMap<>();
    private final int[] byteIds = new int[256];

    /**
     * Checks and indexes a vocabulary.
     *
     * @param utf8 whether every spelling is text; otherwise only those of added tokens are
     */
    Pieces(List<byte[]> spellings, List<PieceType> types, boolean utf8) {
        this(spellings, types, utf8, false);
    }

    /**
     * The same of a vocabulary in which ▁ may stand for a space.
     *
     * @param lowBlock whether a ▁ within an added token, which is looked for as it stands, is the space of its text
     */
    Pieces(List<byte[]> spellings, List<PieceType> types, boolean utf8, boolean lowBlock) {
        checkCount(spellings.size());
        if (types.size() != spellings.size()) {
            throw new InvalidTokenizerException("piece types", "one for each piece", types.size() + " types");
        }
        this.spellings = spellings;
        this.types = types;
        this.lowBlock = lowBlock;
        Arrays.fill(byteIds, Tokenizer.NO_TOKEN);
        for (int id = 0; id < spellings.size(); id++) {
            byte[] spelling = spellings.get(id);
            PieceType type = types.get(id);
            checkLength(spelling.length, id);
            if (utf8 || type != PieceType.NORMAL) {
                checkText(spelling, id);
            }
            switch (type) {
                case NORMAL -> index(normal, spelling, id);
                case CONTROL, USER_DEFINED -> index(added, plain(spelling), id);
                case BYTE -> indexByte(byteValue(spelling, id), id);
                case UNKNOWN, UNUSED -> {}
            }
        }
    }

    private byte[] plain(byte[] spelling) {
        return lowBlock
                ? new String(spelling, StandardCharsets.UTF_8)
                        .replace(ScoredBpeTokenizer.LOW_BLOCK, " ")
                        .getBytes(StandardCharsets.UTF_8)
                : spelling;
    }

    /** The place of a piece in messages. */
    static String place(int id) {
        return "piece " + id;
    }

    static void checkCount(long count) {
        if (count < 1 || count > MAX_PIECES) {
            throw new InvalidTokenizerException("vocabulary", "1 to " + MAX_PIECES + " pieces", String.valueOf(count));
        }
    }

    static void checkLength(int length, int id) {
        if (length > MAX_PIECE_BYTES) {
            throw new InvalidTokenizerException(
                    place(id), "at most " + MAX_PIECE_BYTES + " bytes", String.valueOf(length));
        }
    }

    private static void checkText(byte[] spelling, int id) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(spelling));
        } catch (CharacterCodingException e) {
            throw new InvalidTokenizerException(place(id), "text in UTF-8", "the bytes " + Arrays.toString(spelling));
        }
    }

    private static void index(Map<String, Integer> index, byte[] spelling, int id) {
        if (spelling.length == 0) {
            throw new InvalidTokenizerException(place(id), "at least one byte", "none");
        }
        Integer other = index.putIfAbsent(key(spelling, 0, spelling.length), id);
        if (other != null) {
            throw new InvalidTokenizerException(
                    place(id), "a spelling that no other piece has", "that of piece " + other);
        }
    }

    private static int byteValue(byte[] spelling, int id) {
        String text = new String(spelling, StandardCharsets.UTF_8);
        if (text.length() == 6 && text.startsWith("<0x") && text.endsWith(">")) {
            try {
                int value = Integer.parseUnsignedInt(text.substring(3, 5), 16);
                if (text.substring(3, 5).equalsIgnoreCase(String.format(Locale.ROOT, "%02x", value))) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // Not a number: reported below.
            }
        }
        throw new InvalidTokenizerException(place(id), "a byte as in <0x0A>", text);
    }

    private void indexByte(int value, int id) {
        if (byteIds[value] != Tokenizer.NO_TOKEN) {
            throw new InvalidTokenizerException(
                    place(id), "a byte that no other piece has", "that of piece " + byteIds[value]);
        }
        byteIds[value] = id;
    }

    private static String key(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    int size() {
        return spellings.size();
    }

    PieceType type(int id) {
        return types.get(id);
    }

    private void requireKnown(int id) {
        if (id < 0 || id >= size()) {
            throw new IllegalArgumentException("token id " + id + ": expected 0 to " + (size() - 1));
        }
    }

    /** The bytes as the file has them. */
    byte[] spelling(int id) {
        requireKnown(id);
        return spellings.get(id);
    }

    /**
     * The piece of these bytes, a normal one before an added token, which merges may spell too; or
     * {@link Tokenizer#NO_TOKEN}.
     */
    int find(byte[] bytes, int from, int to) {
        String key = key(bytes, from, to);
        Integer id = normal.get(key);
        return id == null ? added.getOrDefault(key, Tokenizer.NO_TOKEN) : id;
    }

    /** The control token that is spelled so, or {@link Tokenizer#NO_TOKEN}. */
    int control(String spelling) {
        byte[] bytes = plain(spelling.getBytes(StandardCharsets.UTF_8));
        int id = added.getOrDefault(key(bytes, 0, bytes.length), Tokenizer.NO_TOKEN);
        return id != Tokenizer.NO_TOKEN && types.get(id) == PieceType.CONTROL ? id : Tokenizer.NO_TOKEN;
    }

    /** Whether merges may join or make this piece. */
    boolean isMergeable(int id) {
        return id >= 0
                && id < size()
                && switch (types.get(id)) {
                    case NORMAL, USER_DEFINED, CONTROL -> true;
                    case UNKNOWN, UNUSED, BYTE -> false;
                };
    }

    /** The piece of type {@link PieceType#BYTE} for a byte, or {@link Tokenizer#NO_TOKEN}. */
    int ofByte(int value) {
        return byteIds[value];
    }

    boolean hasAllBytes() {
        return Arrays.stream(byteIds).noneMatch(id -> id == Tokenizer.NO_TOKEN);
    }

    /** The first of a type, or {@link Tokenizer#NO_TOKEN}. */
    int first(PieceType type) {
        return types.indexOf(type);
    }

    /** The bytes that merges join. */
    byte[] mergeable(int id) {
        return plain(spelling(id));
    }

    /** The bytes that a token adds to a text. */
    byte[] text(int id) {
        byte[] spelling = spelling(id);
        return switch (types.get(id)) {
            case NORMAL -> spelling.clone();
            case USER_DEFINED -> plain(spelling).clone();
            case BYTE -> new byte[] {(byte) byteValue(spelling, id)};
            case UNKNOWN -> REPLACEMENT.clone();
            case CONTROL, UNUSED -> NOTHING;
        };
    }

    /** A token for people: the name of one without text. */
    String label(int id) {
        requireKnown(id);
        PieceType type = types.get(id);
        boolean named = type == PieceType.CONTROL || type == PieceType.UNKNOWN || type == PieceType.UNUSED;
        return new String(named ? spellings.get(id) : text(id), StandardCharsets.UTF_8);
    }

    /** Checks the id of a special token. */
    int checked(int id, String place) {
        if (id != Tokenizer.NO_TOKEN && (id < 0 || id >= size())) {
            throw new InvalidTokenizerException(place, "-1 or an id below " + size(), String.valueOf(id));
        }
        return id;
    }
}
