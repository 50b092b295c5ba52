package org.pixelllm.pxvm.cartridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;

/** Large models' cartridges, laid out and not written: what they waste. */
class PageWidthTest {

    /** A model's widths; each name says which. */
    record Shape(String name, int vocabulary, int dim, int hidden, int kv, int layers) {}

    private static final String MIXED = "q4k32m q8k16";

    /** Units of 256 columns of two sizes fill no page evenly. */
    private static final double MOST_OF_MIXED = 0.055;

    private static final Shape[] SHAPES = {
        new Shape("Qwen 2.5 0.5B", 65_536, 896, 4864, 128, 24),
        new Shape("TinyLlama 1.1B", 32_000, 2048, 5632, 256, 22),
        new Shape("Gemma 2 2B", 65_536, 2304, 9216, 1024, 26),
        new Shape("Phi-3 mini", 32_064, 3072, 8192, 3072, 32),
        new Shape("Mistral 7B", 32_000, 4096, 14_336, 1024, 32),
        new Shape("Llama 2 7B", 32_000, 4096, 11_008, 4096, 32),
        new Shape("Llama 2 13B", 32_000, 5120, 13_824, 5120, 40),
        new Shape("Llama 2 70B", 32_000, 8192, 28_672, 1024, 80),
    };

    static Stream<Arguments> models() {
        return Stream.of(SHAPES)
                .flatMap(shape -> Stream.of("f32 f32", "bf16 bf16", "q8 q8", "q4 q4", MIXED)
                        .map(types -> Arguments.of(shape, types)));
    }

    /** The weights of such a model, in the order in which importers have them: layer after layer, the second type for some. */
    private static Program program(Shape shape, String types) throws PxiException {
        String most = types.split(" ")[0];
        String some = types.split(" ")[1];
        StringBuilder text = new StringBuilder("pxvm 1\ncontext 16\ninput tokens ids [T]\n");
        text.append("weight table %s [V, D]\nscratch x f32 [T, D]\n".formatted(most));
        for (int layer = 0; layer < shape.layers(); layer++) {
            text.append("""
                    weight norm#a f32 [D]
                    weight q# M [D, D]
                    weight k# M [K, D]
                    weight v# S [K, D]
                    weight o# M [D, D]
                    weight norm#b f32 [D]
                    weight gate# M [H, D]
                    weight up# M [H, D]
                    weight down# S [D, H]
                    """.replace("#", String.valueOf(layer))
                    .replace("M [", most + " [")
                    .replace("S [", some + " ["));
        }
        text.append("""
                weight norm f32 [D]
                weight out %s [V, D]
                scratch last f32 [R, D]
                output logits f32 [R, V]
                x = embed tokens table
                last = select x
                logits = matmul last out _
                """.formatted(some));
        String full = text.toString()
                .replace("D]", shape.dim() + "]")
                .replace(", H]", ", " + shape.hidden() + "]")
                .replace("[H,", "[" + shape.hidden() + ",")
                .replace("[D,", "[" + shape.dim() + ",")
                .replace("[K,", "[" + shape.kv() + ",")
                .replace("V]", shape.vocabulary() + "]")
                .replace("[V,", "[" + shape.vocabulary() + ",");
        return Assembler.parse(full, shape.name());
    }

    @ParameterizedTest
    @MethodSource("models")
    void aLargeCartridgeWastesLittle(Shape shape, String types) throws PxiException {
        Program program = program(shape, types);
        long other = 2_000_000; // a tokenizer
        int width = Layout.chooseWidth(program, other);
        double waste = (double) Layout.fileBytes(program, other, width) / (Layout.weightBytes(program) + other) - 1;
        assertThat(waste).as("width %d", width).isBetween(0.0, types.equals(MIXED) ? MOST_OF_MIXED : Layout.MOST_WASTE);
    }
}
