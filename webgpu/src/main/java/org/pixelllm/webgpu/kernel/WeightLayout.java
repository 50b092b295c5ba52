package org.pixelllm.webgpu.kernel;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.pixelllm.pxvm.weights.BlockCodec;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Groups;

/**
 * How a kernel reads a matrix of weights, whose groups of rows lie one after the other.
 *
 * @param type a weight type
 */
public record WeightLayout(ElementType type) {

    /** Bytes of a word. */
    private static final int WORD = 4;

    /** All that a weight can have. */
    public static List<WeightLayout> all() {
        return Arrays.stream(ElementType.values())
                .filter(ElementType::isWeightType)
                .map(WeightLayout::new)
                .toList();
    }

    /** Bytes of an element of the array that the kernel reads: a quad's numbers of one column, or of two. */
    public int unit() {
        return type.codec() instanceof BlockCodec
                ? WORD
                : Kernels.QUAD * type.codec().unitBytes();
    }

    /** The WGSL type of the weight's bytes. */
    String arrayType() {
        int words = unit() / WORD;
        if (type == ElementType.F32) {
            return "array<vec4<f32>>";
        }
        return words == 1 ? "array<u32>" : "array<vec%d<u32>>".formatted(words);
    }

    /** The numbers by which its sources find things. */
    SequencedMap<String, Integer> constants() {
        SequencedMap<String, Integer> all = new LinkedHashMap<>();
        all.put("LINES", Groups.MATRIX);
        if (!(type.codec() instanceof BlockCodec codec)) {
            all.put("FACTORS", 0);
            all.put("BLOCK", Kernels.QUAD);
            return all;
        }
        all.put("FACTORS", codec.hasMinimum() ? 2 : 1);
        all.put("BLOCK", codec.blockColumns());
        all.put("BLOCKS", codec.unitColumns() / codec.blockColumns());
        all.put("UNIT", words(codec.unitBytes()));
        all.put("HEAD", words(codec.headerBytes()));
        all.put("BLOCK_WORDS", words(codec.blockBytes()));
        all.put("CODE_WORDS", words(codec.codeBytes()));
        if (codec.hasNibbles()) {
            all.put("ZERO", codec.hasMinimum() ? 0 : BlockCodec.NIBBLE_ZERO);
        }
        return all;
    }

    /** Words of a group, of which a row has this many bytes. */
    private static int words(int bytes) {
        return bytes * Groups.MATRIX / WORD;
    }

    /** The sources that unpack its elements. */
    List<String> sources() {
        if (!(type.codec() instanceof BlockCodec codec)) {
            return List.of("weights", "weight_" + type.word(), "weight_plain");
        }
        return List.of(
                "weights",
                "weight_blocks",
                codec.hasNibbles() ? "codes_nibbles" : "codes_bytes",
                codec.isTwiceScaled() ? "factors_bytes" : "factors_halves");
    }

    /** For the name of a kernel. */
    String words() {
        return type.word();
    }
}
