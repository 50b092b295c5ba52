package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.weights.Groups;
import org.pixelllm.pxvm.weights.WeightTensor;

/** {@code y[t]} = the row of a table that t's id or position names: one line of a group, whose bytes are copied piece by piece. */
final class LookupKernel implements Kernel {

    private final WeightTensor table;
    private final int result;
    private final boolean byPosition;
    private final byte[] piece;
    private final byte[] row;

    /** @param byPosition whether it is the position */
    LookupKernel(WeightTensor table, int result, boolean byPosition) {
        this.table = table;
        this.result = result;
        this.byPosition = byPosition;
        Groups groups = table.groups();
        this.piece = new byte[groups.codec().units(table.pieceColumns()) * groups.unitBytes()];
        this.row = new byte[groups.codec().rowBytes(table.columns())];
    }

    @Override
    public void run(Frame frame) {
        float[] y = frame.values(result); // [T, d]
        for (int t = 0; t < frame.tokens(); t++) {
            read(byPosition ? frame.positionOf(t) : frame.ids()[t], y, t * table.columns());
        }
    }

    private void read(int of, float[] to, int at) {
        Groups groups = table.groups();
        int unit = groups.codec().unitBytes();
        int most = piece.length / groups.unitBytes();
        for (int done = 0, i = 0; done < groups.units(); done += most, i++) {
            int units = Math.min(most, groups.units() - done);
            table.pages().copy(table.pieceOffset(of / groups.lines(), i), piece, 0, units * groups.unitBytes());
            groups.collect(piece, of % groups.lines(), units, row, done * unit);
        }
        groups.codec().decode(row, 0, table.range(), to, at, table.columns());
    }
}
