package org.pixelllm.engine.look;

import java.util.List;
import org.pixelllm.pxvm.executor.Moment;
import org.pixelllm.pxvm.program.Instruction;

/** Keeps the likeliest token of each layer at each position. */
final class LensRecorder implements Recorder {

    private final List<Integer> logits;
    private final int vocabulary;
    private final int[][] ids; // [layers, positions]
    private final double[][] probabilities; // [layers, positions]

    LensRecorder(LensProgram lens, int positions) {
        this.logits = lens.logits();
        this.vocabulary = lens.program().vocabulary();
        this.ids = new int[logits.size()][positions];
        this.probabilities = new double[logits.size()][positions];
    }

    @Override
    public void ran(Moment moment, int first) {
        for (Instruction instruction : moment.instructions()) {
            int layer = logits.indexOf(instruction.result());
            if (layer < 0) {
                continue;
            }
            float[] values = moment.values(instruction);
            for (int row = 0; row < moment.rows(instruction); row++) {
                read(values, row * vocabulary, layer, first + row);
            }
        }
    }

    private void read(float[] values, int from, int layer, int position) {
        int best = 0;
        boolean finite = true;
        for (int id = 0; id < vocabulary; id++) {
            finite &= Float.isFinite(values[from + id]);
            if (values[from + id] > values[from + best]) {
                best = id;
            }
        }
        double sum = 0;
        for (int id = 0; id < vocabulary; id++) {
            sum += StrictMath.exp((double) values[from + id] - values[from + best]);
        }
        ids[layer][position] = finite ? best : Lens.NOTHING;
        probabilities[layer][position] = finite ? 1 / sum : Double.NaN;
    }

    Lens lens() {
        return new Lens(ids, probabilities);
    }
}
