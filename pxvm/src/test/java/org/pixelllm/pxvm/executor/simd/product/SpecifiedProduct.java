package org.pixelllm.pxvm.executor.simd.product;

import org.pixelllm.pxvm.weights.BlockCodec;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.WeightTensor;

/** The products by one row of weights as the arithmetic {@code simd-2} describes them, from the row's bytes. */
final class SpecifiedProduct {

    private static final int LANES = 16;

    private final WeightTensor w;
    private final byte[] bytes;

    SpecifiedProduct(WeightTensor w, int row) {
        this.w = w;
        this.bytes = new byte[w.type().codec().rowBytes(w.columns())];
        w.copyRow(row, bytes, 0);
    }

    /** {@code w[row] · x[from …]} */
    float by(float[] x, int from) {
        if (w.type().codec() instanceof BlockCodec codec) {
            float[] padded = new float[codec.units(w.columns()) * codec.unitColumns()];
            System.arraycopy(x, from, padded, 0, w.columns());
            return blocks(codec, bytes, padded);
        }
        float sum = 0;
        for (int k = 0; k < w.columns(); k++) {
            sum = Math.fma(value(w.type(), bytes, k), x[from + k], sum);
        }
        if (w.type() != ElementType.U8) {
            return sum;
        }
        float step = (w.range().max() - w.range().min()) / 255;
        return Math.fma(sum, step, w.range().min() * total(x, from, w.columns()));
    }

    private static float value(ElementType type, byte[] bytes, int k) {
        return switch (type) {
            case U8 -> bytes[k] & 0xFF;
            case F16 -> Float.float16ToFloat((short) word(bytes, 2 * k));
            case BF16 -> Float.intBitsToFloat(word(bytes, 2 * k) << 16);
            case F32 -> Float.intBitsToFloat(word(bytes, 4 * k) | word(bytes, 4 * k + 2) << 16);
            case Q8, Q4, Q8M, Q4M, Q8K16, Q4K16, Q4K16M, Q4K32M, Q8K32M, IDS -> throw new IllegalStateException();
        };
    }

    private static int word(byte[] bytes, int at) {
        return bytes[at] & 0xFF | (bytes[at + 1] & 0xFF) << 8;
    }

    private static float half(byte[] bytes, int at) {
        return Float.float16ToFloat((short) word(bytes, at));
    }

    private static float blocks(BlockCodec codec, byte[] bytes, float[] x) {
        int size = codec.blockColumns();
        float t = 0;
        for (int block = 0; block < x.length / size; block++) {
            int perUnit = codec.unitColumns() / size;
            int unit = block / perUnit * codec.unitBytes();
            int codes = unit + codec.headerBytes() + block % perUnit * codec.blockBytes();
            int after = codes + codec.codeBytes();
            boolean twice = codec.isTwiceScaled();
            float s = twice ? half(bytes, unit) * bytes[after] : half(bytes, after);
            float a = 0;
            for (int i = 0; i < codec.codeBytes(); i++) {
                int code = bytes[codes + i];
                int k = block * size + i;
                if (codec.hasNibbles()) {
                    a = Math.fma(code & 0xF, x[k], a);
                    a = Math.fma(code >> 4 & 0xF, x[k + size / 2], a);
                } else {
                    a = Math.fma(code, x[k], a);
                }
            }
            float sum = total(x, block * size, size);
            if (codec.hasMinimum()) {
                float m = twice ? half(bytes, unit + 2) * bytes[after + 1] : half(bytes, after + 2);
                t = Math.fma(m, sum, Math.fma(a, s, t));
            } else {
                t = Math.fma(codec.hasNibbles() ? a - 8 * sum : a, s, t);
            }
        }
        return t;
    }

    private static float total(float[] x, int from, int count) {
        float[] lanes = new float[LANES];
        for (int i = 0; i < count; i++) {
            lanes[i % LANES] += x[from + i];
        }
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int j = 0; j < half; j++) {
                lanes[j] += lanes[j + half];
            }
        }
        return lanes[0];
    }
}
