package org.pixelllm.pxvm.executor.simd;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.png.HeapSpace;
import org.pixelllm.pxvm.executor.expert.ExpertRows;
import org.pixelllm.pxvm.executor.simd.product.Kernels;
import org.pixelllm.pxvm.executor.simd.product.Product;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.weights.WeightTensor;

/** The products of one weight's experts, each made when it is first chosen: of many experts most are not, for a while. */
final class ExpertProducts {

    /**
     * Free memory, as copies of all experts as floats, up to which kernels may make experts ready for more products: an
     * expert by itself is small enough to take the last of it.
     */
    private static final int SHARE = 4;

    /** One expert's. */
    record Expert(ExpertRows rows, Product product) {}

    private final WeightTensor w;
    private final float @Nullable [] bias; // [experts · o]
    private final int result;
    private final Function<WeightTensor, Kernels> kernels;
    private final @Nullable Expert[] experts;

    ExpertProducts(
            WeightTensor w, int experts, float @Nullable [] bias, int result, Function<WeightTensor, Kernels> kernels) {
        this.w = w;
        this.bias = bias;
        this.result = result;
        this.kernels = kernels;
        this.experts = new Expert[experts];
    }

    int inputs() {
        return w.columns();
    }

    /** One that is about to be multiplied, and may be made ready for more. */
    Expert use(int number, Scratch own) {
        Expert expert = of(number);
        if (HeapSpace.left() >= (long) SHARE * Float.BYTES * w.rows() * w.columns()) {
            expert.product.kernels().use(own);
        }
        return expert;
    }

    private Expert of(int number) {
        Expert made = experts[number];
        if (made == null) {
            ExpertRows rows = ExpertRows.of(w, experts.length, number);
            Product product =
                    new Product(rows.w(), kernels.apply(rows.w()), bias == null ? null : rows.of(bias), result);
            made = new Expert(rows, product);
            experts[number] = made;
        }
        return made;
    }
}
