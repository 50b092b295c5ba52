package org.pixelllm.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.cartridge.CartridgeWriter;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.tokenizer.ScoredBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/** A model of random weights with 262,144 token ids, as Gemma's: a transformer of one layer, eight columns wide. */
public final class WideModel {

    public static final int VOCABULARY = 262_144;

    /** The id of the letter a, the first of 26 at the end of the vocabulary. */
    public static final int LETTER_A = VOCABULARY - 26;

    private static final int CONTEXT = 12;

    private WideModel() {}

    /** Writes its cartridge, without a tokenizer. */
    public static void write(Path file) throws IOException {
        write(file, null);
    }

    /** Writes its cartridge, with a tokenizer whose last 26 pieces are the letters. */
    public static void writeWithLetters(Path file) throws IOException {
        String[] pieces = new String[VOCABULARY];
        int[] types = new int[VOCABULARY];
        for (int id = 0; id < VOCABULARY; id++) {
            boolean letter = id >= LETTER_A;
            pieces[id] = letter ? Character.toString('a' + id - LETTER_A) : "<" + id + ">";
            types[id] = id == 0 ? 2 : 1; // unknown, normal
        }
        write(
                file,
                ScoredBpeTokenizer.of(
                        pieces, new float[VOCABULARY], types, Tokenizer.NO_TOKEN, Tokenizer.NO_TOKEN, false, false));
    }

    private static void write(Path file, @Nullable Tokenizer tokenizer) throws IOException {
        Program program = Assembler.parse("""
                pxvm 1
                context %1$d
                input tokens ids [T]
                weight table f32 [%2$d, 8]
                weight places f32 [%1$d, 8]
                state keys f32 [%1$d, 8]
                state values f32 [%1$d, 8]
                scratch word f32 [T, 8]
                scratch place f32 [T, 8]
                scratch x f32 [T, 8]
                scratch seen f32 [T, 8]
                scratch y f32 [T, 8]
                scratch last f32 [R, 8]
                output logits f32 [R, %2$d]
                word = embed tokens table
                place = position places
                x = add word place
                seen = attention x x x keys values heads=2 kv_heads=2 scale=0.5 window=0 softcap=0.0
                y = add x seen
                last = select y
                logits = matmul last table _
                """.formatted(CONTEXT, VOCABULARY), "wide");
        Random random = new Random(18);
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            float[] values = new float[(int) tensor.elements()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian() * 0.8f;
            }
            weights.put(id, EncodedWeight.of(tensor.type(), tensor.columns(), values));
        }
        CartridgeWriter.write(file, program, weights, tokenizer, new Manifest("wide", "none", "Apache-2.0", Map.of()));
    }
}
