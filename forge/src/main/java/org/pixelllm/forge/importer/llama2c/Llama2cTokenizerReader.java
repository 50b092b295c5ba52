package org.pixelllm.forge.importer.llama2c;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.fault.TruncatedPxiException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.pxvm.tokenizer.InvalidTokenizerException;
import org.pixelllm.pxvm.tokenizer.PieceType;
import org.pixelllm.pxvm.tokenizer.ScoredBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.TextOption;

/**
 * Reads llama2.c's {@code tokenizer.bin}: the longest piece's bytes i32, then for each piece its score f32, its bytes'
 * number i32 and the bytes, little-endian. The file does not say how many pieces there are. Ids 0, 1 and 2 are for
 * unknown text, the beginning and the end of a text; 3 to 258 are the bytes.
 */
public final class Llama2cTokenizerReader {

    /** More than any tokenizer.bin, at 32,000 pieces and half a megabyte. */
    private static final long MAX_FILE_BYTES = 64L << 20;

    private static final int UNKNOWN = 0;
    private static final int BOS = 1;
    private static final int EOS = 2;
    private static final int FIRST_BYTE = 3;
    private static final int MAX_PIECE_BYTES = 512;
    private static final int LEAST_PIECE_BYTES = 9;

    private Llama2cTokenizerReader() {}

    /**
     * Reads a tokenizer. It begins texts with BOS and a space, as llama2.c does.
     *
     * @param vocabulary how many pieces the file has, as its model says
     * @throws PxiException naming the place in the file that is wrong
     */
    public static ScoredBpeTokenizer read(Path file, int vocabulary) throws PxiException {
        String name = file.toString();
        ByteBuffer in = ByteBuffer.wrap(bytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        require(in, Integer.BYTES, name, "longest piece");
        int longest = in.getInt();
        if (longest < 1 || longest > MAX_PIECE_BYTES) {
            throw fault(name, "longest piece at byte 0", "1 to " + MAX_PIECE_BYTES, String.valueOf(longest));
        }
        if (vocabulary < FIRST_BYTE || vocabulary > in.remaining() / LEAST_PIECE_BYTES) {
            throw fault(name, "whole file", vocabulary + " pieces", in.remaining() + " bytes for them");
        }
        List<byte[]> pieces = new ArrayList<>(vocabulary);
        float[] scores = new float[vocabulary];
        int[] types = new int[vocabulary];
        for (int id = 0; id < vocabulary; id++) {
            String place = "piece " + id + " at byte " + in.position();
            require(in, Float.BYTES + Integer.BYTES, name, place);
            scores[id] = in.getFloat();
            int length = in.getInt();
            if (length < 1 || length > longest) {
                throw fault(name, place, "1 to " + longest + " bytes", String.valueOf(length));
            }
            require(in, length, name, place);
            byte[] piece = new byte[length];
            in.get(piece);
            pieces.add(piece);
            types[id] = type(id, piece).code();
        }
        if (in.hasRemaining()) {
            throw fault(
                    name,
                    "byte " + in.position(),
                    "the end, after " + vocabulary + " pieces",
                    in.remaining() + " more bytes");
        }
        try {
            Set<TextOption> options = Set.of(TextOption.ADD_BOS, TextOption.SPACE_PREFIX);
            return ScoredBpeTokenizer.of(pieces, scores, types, BOS, EOS, options);
        } catch (InvalidTokenizerException e) {
            throw e.in(name);
        }
    }

    private static PieceType type(int id, byte[] piece) {
        if (id == UNKNOWN) {
            return PieceType.UNKNOWN;
        }
        if (id == BOS || id == EOS) {
            return PieceType.CONTROL;
        }
        String spelled = "<0x%02X>".formatted((id - FIRST_BYTE) & 0xFF);
        boolean isByte = id < FIRST_BYTE + 256 && spelled.equals(new String(piece, StandardCharsets.UTF_8));
        return isByte ? PieceType.BYTE : PieceType.NORMAL;
    }

    private static byte[] bytes(Path file) throws PxiException {
        PxiFiles.requireRegular(file);
        try {
            long size = Files.size(file);
            if (size > MAX_FILE_BYTES) {
                throw fault(file.toString(), "whole file", "at most " + MAX_FILE_BYTES + " bytes", size + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (PxiException e) {
            throw e;
        } catch (IOException e) {
            throw PxiFiles.unreadable(file, e);
        }
    }

    private static void require(ByteBuffer in, int count, String file, String place) throws TruncatedPxiException {
        if (in.remaining() < count) {
            throw new TruncatedPxiException(
                    new Fault(file, place, count + " bytes", in.remaining() + " bytes", remedy()));
        }
    }

    private static InvalidContentException fault(String file, String place, String expected, String found) {
        return new InvalidContentException(new Fault(file, place, expected, found, remedy()));
    }

    private static String remedy() {
        return "Use the tokenizer.bin that belongs to the model.";
    }
}
