package org.pixelllm.pxvm.weights;

/**
 * Two bytes an element, little endian, each float rounded to the nearest, ties to even. A finite float beyond the
 * type's range becomes its largest value, so that no weight turns infinite on the way.
 */
final class HalfCodec extends PlainCodec {

    /** How a 16-bit type's bits are read and made. */
    enum Format {
        /** IEEE 754 binary16: 5 bits of exponent, 10 of fraction. */
        F16 {
            @Override
            float decode(short bits) {
                return Float.float16ToFloat(bits);
            }

            @Override
            short encode(float value) {
                return Halves.toF16(value);
            }
        },
        /** The upper half of an f32: 8 bits of exponent, 7 of fraction. */
        BF16 {
            @Override
            float decode(short bits) {
                return Halves.ofBf16(bits);
            }

            @Override
            short encode(float value) {
                return Halves.toBf16(value);
            }
        };

        abstract float decode(short bits);

        abstract short encode(float value);
    }

    private final Format format;

    HalfCodec(Format format) {
        super(Short.BYTES);
        this.format = format;
    }

    @Override
    public void decode(byte[] from, int offset, Range range, float[] to, int at, int count) {
        for (int i = 0; i < count; i++) {
            to[at + i] = format.decode(Halves.get(from, offset + 2 * i));
        }
    }

    @Override
    public void encode(float[] row, Range range, byte[] to, int at) {
        for (int i = 0; i < row.length; i++) {
            Halves.put(format.encode(row[i]), to, at + 2 * i);
        }
    }
}
