package org.pixelllm.pxvm.tokenizer;

import java.util.ArrayList;
import java.util.List;

/** What a piece of a vocabulary is for. The codes are those of GGUF and of SentencePiece. */
public enum PieceType {
    /** Text. */
    NORMAL(1),
    /** In place of text that the vocabulary cannot spell. */
    UNKNOWN(2),
    /** A mark such as the beginning of a text; no text of its own. */
    CONTROL(3),
    /** Text that is always one token, found before anything else is. */
    USER_DEFINED(4),
    /** Never produced. */
    UNUSED(5),
    /** One byte, spelled {@code <0x0A>}, for text that no other piece can spell. */
    BYTE(6);

    private static final List<PieceType> ALL = List.of(values());

    private final int code;

    PieceType(int code) {
        this.code = code;
    }

    /** Its number in files. */
    public int code() {
        return code;
    }

    static PieceType of(int code, String place) {
        for (PieceType type : ALL) {
            if (type.code == code) {
                return type;
            }
        }
        throw new InvalidTokenizerException(place, "a piece type from 1 to 6", String.valueOf(code));
    }

    static List<PieceType> of(int[] codes) {
        List<PieceType> types = new ArrayList<>(codes.length);
        for (int id = 0; id < codes.length; id++) {
            types.add(of(codes[id], Pieces.place(id)));
        }
        return types;
    }
}
