package org.pixelllm.forge.importer;

import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Range;

/** Values of encoded rows. */
public final class Decoded {

    private Decoded() {}

    public static float[] row(ElementType type, byte[] row, int columns) {
        float[] values = new float[columns];
        type.codec().decode(row, 0, Range.NONE, values, 0, columns);
        return values;
    }
}
