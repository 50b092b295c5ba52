package org.pixelllm.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/** Programs of several shapes to look into, over 64 tokens. */
public final class Seeing {

    /** The mean of the tokens' embeddings through one hidden layer. */
    public static final String POOLED = """
            pxvm 1
            context 20
            input tokens ids [T]
            weight table f32 [64, 8]
            weight hidden f32 [8, 8]
            weight out f32 [64, 8]
            state sum f32 [8]
            scratch x f32 [T, 8]
            scratch mean f32 [T, 8]
            scratch last f32 [R, 8]
            scratch pre f32 [R, 8]
            scratch h f32 [R, 8]
            output logits f32 [R, 64]
            x = embed tokens table
            mean = mean x sum
            last = select mean
            pre = matmul last hidden _
            h = relu pre
            logits = matmul h out _
            """;

    /** No layer at all. */
    public static final String FLAT = """
            pxvm 1
            context 20
            input tokens ids [T]
            weight table f32 [64, 64]
            scratch x f32 [T, 64]
            scratch last f32 [R, 64]
            output logits f32 [R, 64]
            x = embed tokens table
            last = select x
            logits = softcap last cap=9.0
            """;

    /** Two layers, the second wider than the first. */
    public static final String GROWING = """
            pxvm 1
            context 20
            input tokens ids [T]
            weight table f32 [64, 8]
            weight one f32 [8, 8]
            weight two f32 [12, 8]
            weight out f32 [64, 12]
            scratch x f32 [T, 8]
            scratch a f32 [T, 8]
            scratch b f32 [T, 8]
            scratch c f32 [T, 12]
            scratch d f32 [T, 12]
            scratch last f32 [R, 12]
            output logits f32 [R, 64]
            x = embed tokens table
            a = matmul x one _
            b = relu a
            c = matmul b two _
            d = relu c
            last = select d
            logits = matmul last out _
            """;

    /** What stands behind the layer keeps a state. */
    public static final String POOLING_END = """
            pxvm 1
            context 20
            input tokens ids [T]
            weight table f32 [64, 8]
            weight one f32 [8, 8]
            weight out f32 [64, 8]
            state sum f32 [8]
            scratch x f32 [T, 8]
            scratch a f32 [T, 8]
            scratch b f32 [T, 8]
            scratch m f32 [T, 8]
            scratch last f32 [R, 8]
            output logits f32 [R, 64]
            x = embed tokens table
            a = matmul x one _
            b = add x a
            m = mean b sum
            last = select m
            logits = matmul last out _
            """;

    private Seeing() {}

    /** A transformer without feed-forward networks; the first layers are the same whatever their number. */
    public static String transformer(int layers, int context) {
        StringBuilder declared = new StringBuilder();
        StringBuilder done = new StringBuilder("x0 = embed tokens table\n");
        for (int i = 0; i < layers; i++) {
            for (String weight : new String[] {"query", "key", "value"}) {
                declared.append("weight %s%d f32 [16, 16]\n".formatted(weight, i));
            }
            declared.append("state keys%d f32 [%d, 16]\n".formatted(i, context));
            declared.append("state values%d f32 [%d, 16]\n".formatted(i, context));
            for (String value : new String[] {"q", "k", "v", "seen"}) {
                declared.append("scratch %s%d f32 [T, 16]\n".formatted(value, i));
            }
            declared.append("scratch x%d f32 [T, 16]\n".formatted(i + 1));
            done.append("""
                    q%1$d = matmul x%1$d query%1$d _
                    k%1$d = matmul x%1$d key%1$d _
                    v%1$d = matmul x%1$d value%1$d _
                    seen%1$d = attention q%1$d k%1$d v%1$d keys%1$d values%1$d heads=2 kv_heads=2 scale=0.3 window=0 softcap=0.0
                    x%2$d = add x%1$d seen%1$d
                    """.formatted(i, i + 1));
        }
        return """
                pxvm 1
                context %d
                input tokens ids [T]
                weight table f32 [64, 16]
                weight out f32 [64, 16]
                scratch x0 f32 [T, 16]
                %sscratch last f32 [R, 16]
                output logits f32 [R, 64]
                %slast = select x%d
                logits = matmul last out _
                """.formatted(context, declared, done, layers);
    }

    /**
     * A cartridge whose weights depend on their names alone.
     *
     * @param change what becomes of the weights of the first tensor
     */
    public static void write(Path file, String text, Tokenizer tokenizer, UnaryOperator<Float> change)
            throws IOException {
        Program program = Assembler.parse(text, "toy");
        int first = program.withRole(Role.WEIGHT).getFirst();
        Toys.write(file, program, tokenizer, tensor -> {
            Random random = new Random(tensor.name().hashCode());
            float[] values = new float[(int) tensor.elements()];
            for (int i = 0; i < values.length; i++) {
                float value = (float) random.nextGaussian() * 0.7f;
                values[i] = tensor.equals(program.tensor(first)) ? change.apply(value) : value;
            }
            return values;
        });
    }
}
