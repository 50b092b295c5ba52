package org.pixelllm.webgpu.kernel;

import java.util.ArrayList;
import java.util.List;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * How a kernel reads a weight: how its elements are kept, and how its rows lie in pages.
 *
 * @param type a weight type
 * @param wholeRows whether a page holds whole rows
 */
public record WeightLayout(ElementType type, boolean wholeRows) {

    /** All that a weight can have. */
    public static List<WeightLayout> all() {
        List<WeightLayout> all = new ArrayList<>();
        for (ElementType type : ElementType.values()) {
            if (type.isWeightType()) {
                all.add(new WeightLayout(type, true));
                all.add(new WeightLayout(type, false));
            }
        }
        return all;
    }

    /** Bytes of four columns, the unit of {@link Place}: an element of the array that the kernel reads. */
    public int unit() {
        return switch (type) {
            case F32 -> 16;
            case F16, BF16 -> 8;
            case U8, Q8, Q4 -> 4;
            case IDS -> throw new IllegalArgumentException("ids are no weight");
        };
    }

    /** The WGSL type of the weight's bytes. */
    String arrayType() {
        return switch (type) {
            case F32 -> "array<vec4<f32>>";
            case F16, BF16 -> "array<vec2<u32>>";
            case U8, Q8, Q4 -> "array<u32>";
            case IDS -> throw new IllegalArgumentException("ids are no weight");
        };
    }

    /** The source that finds a row, and the one that unpacks its elements. */
    List<String> sources() {
        return List.of(wholeRows ? "rows_whole" : "rows_cut", "weight_" + type.word());
    }

    /** For the name of a kernel. */
    String words() {
        return type.word() + (wholeRows ? "" : ", rows of several pages");
    }
}
