package org.pixelllm.pxvm.weights;

/** Elements that stand for themselves, each in the same number of bytes. */
abstract sealed class PlainCodec implements WeightCodec permits F32Codec, HalfCodec, AffineU8Codec {

    private final int bytes;
    private final Entries[] entries;

    /** @param bytes of an element */
    PlainCodec(int bytes) {
        this.bytes = bytes;
        this.entries = new Entries[] {new Entries(0, 1, bytes)};
    }

    @Override
    public final int unitColumns() {
        return 1;
    }

    @Override
    public final int unitBytes() {
        return bytes;
    }

    @Override
    public final int blockColumns() {
        return 1;
    }

    @Override
    public final Entries[] entries() {
        return entries;
    }
}
