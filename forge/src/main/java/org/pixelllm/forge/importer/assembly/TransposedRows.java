package org.pixelllm.forge.importer.assembly;

import org.pixelllm.forge.importer.tensor.TensorFile;
import org.pixelllm.pxvm.cartridge.EncodedWeight;

/** Columns of a file's tensor as rows. A strip of neighbouring columns is read at once, since rows are asked for in order. */
final class TransposedRows implements EncodedWeight.RowReader {

    private static final int STRIP = 64;

    private final TensorFile file;
    private final String name;
    private final int first;
    private final int rows;
    private final int columns;
    private float[][] strip = new float[0][]; // [STRIP, columns]
    private int stripStart;

    /** @param first the tensor's column that is row 0 */
    TransposedRows(TensorFile file, String name, int first, int rows, int columns) {
        this.file = file;
        this.name = name;
        this.first = first;
        this.rows = rows;
        this.columns = columns;
    }

    @Override
    public void read(int row, float[] to) {
        if (row < stripStart || row >= stripStart + strip.length) {
            load(row);
        }
        System.arraycopy(strip[row - stripStart], 0, to, 0, columns);
        if (row == rows - 1) {
            // All weights of a model live until it is written; their strips need not.
            strip = new float[0][];
        }
    }

    private void load(int row) {
        float[] part = new float[Math.min(STRIP, rows - row)];
        strip = new float[part.length][columns];
        stripStart = row;
        for (int column = 0; column < columns; column++) {
            file.readPart(name, column, first + row, part);
            for (int i = 0; i < part.length; i++) {
                strip[i][column] = part[i];
            }
        }
    }
}
