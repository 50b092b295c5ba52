package org.pixelllm.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.pixelllm.pxvm.cartridge.CartridgeWriter;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;
import org.pixelllm.pxvm.tokenizer.ScoredBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/** Small cartridges of random weights. */
public final class Toys {

    private Toys() {}

    /** A transformer of one layer, whose answers depend on every token of its context and on their order. */
    public static void transformer(Path file, int context, int vocabulary, long seed) throws IOException {
        transformer(file, context, vocabulary, seed, new CharacterTokenizer(vocabulary));
    }

    public static void transformer(Path file, int context, int vocabulary, long seed, Tokenizer tokenizer)
            throws IOException {
        write(file, Assembler.parse("""
                pxvm 1
                context %1$d
                input tokens ids [T]
                weight table f32 [%2$d, 16]
                weight places f32 [%1$d, 16]
                weight query f32 [16, 16]
                weight key f32 [16, 16]
                weight value f32 [16, 16]
                weight out f32 [%2$d, 16]
                state keys f32 [%1$d, 16]
                state values f32 [%1$d, 16]
                scratch word f32 [T, 16]
                scratch place f32 [T, 16]
                scratch x f32 [T, 16]
                scratch q f32 [T, 16]
                scratch k f32 [T, 16]
                scratch v f32 [T, 16]
                scratch seen f32 [T, 16]
                scratch y f32 [T, 16]
                scratch last f32 [R, 16]
                output logits f32 [R, %2$d]
                word = embed tokens table
                place = position places
                x = add word place
                q = matmul x query _
                k = matmul x key _
                v = matmul x value _
                seen = attention q k v keys values heads=2 kv_heads=2 scale=0.3 window=0 softcap=0.0
                y = add x seen
                last = select y
                logits = matmul last out _
                """.formatted(context, vocabulary), "toy"), tokenizer, seed);
    }

    /** The letters a, b, … and, as id 1, the end of a text. */
    public static Tokenizer letters(int count) {
        String[] pieces = new String[count + 2];
        int[] types = new int[count + 2];
        pieces[0] = "<unk>";
        types[0] = 2;
        pieces[1] = "</s>";
        types[1] = 3;
        for (int i = 0; i < count; i++) {
            pieces[i + 2] = Character.toString('a' + i);
            types[i + 2] = 1;
        }
        return ScoredBpeTokenizer.of(pieces, new float[count + 2], types, Tokenizer.NO_TOKEN, 1, false, false);
    }

    private static void write(Path file, Program program, Tokenizer tokenizer, long seed) throws IOException {
        Random random = new Random(seed);
        write(file, program, tokenizer, tensor -> {
            float[] values = new float[(int) tensor.elements()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian() * 0.7f;
            }
            return values;
        });
    }

    /** A cartridge with these values for each weight, in the order of the program. */
    public static void write(Path file, Program program, Tokenizer tokenizer, Function<Tensor, float[]> values)
            throws IOException {
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            weights.put(id, EncodedWeight.of(tensor.type(), tensor.columns(), values.apply(tensor)));
        }
        CartridgeWriter.write(file, program, weights, tokenizer, new Manifest("toy", "none", "Apache-2.0", Map.of()));
    }
}
