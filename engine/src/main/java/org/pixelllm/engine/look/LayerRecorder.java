package org.pixelllm.engine.look;

import java.util.ArrayList;
import java.util.List;
import org.pixelllm.protocol.images.ActivationsImage;
import org.pixelllm.pxvm.executor.Moment;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Program;

/** Keeps what each layer ends with, of the last positions. */
final class LayerRecorder implements Recorder {

    /** Values that are kept, over all layers: 512 MiB. */
    private static final long MAX_VALUES = 1L << 27;

    private final Program program;
    private final List<Integer> ends;
    private final int firstKept;
    private final List<float[]> values = new ArrayList<>(); // by layer // [positions − firstKept, columns]

    LayerRecorder(Program program, Layers layers, int positions) throws NotInModelException {
        this.program = program;
        this.ends = layers.ends();
        int kept = positions;
        long columns = 0;
        for (int layer = 0; layer < ends.size(); layer++) {
            int width = program.tensor(ends.get(layer)).columns();
            if (width > ActivationsImage.MAX_COLUMNS) {
                throw new NotInModelException("layer " + layer + " has " + width
                        + " values for each token; an image holds " + ActivationsImage.MAX_COLUMNS);
            }
            columns += width;
            kept = Math.min(kept, ActivationsImage.mostRows(width));
        }
        kept = (int) Math.max(1, Math.min(kept, MAX_VALUES / columns));
        this.firstKept = positions - kept;
        for (int end : ends) {
            values.add(new float[kept * program.tensor(end).columns()]);
        }
    }

    @Override
    public void ran(Moment moment, int first) {
        for (Instruction instruction : moment.instructions()) {
            int layer = ends.indexOf(instruction.result());
            int skip = Math.max(0, firstKept - first);
            if (layer >= 0 && skip < moment.tokens()) {
                int columns = program.tensor(instruction.result()).columns();
                float[] from = moment.values(instruction);
                System.arraycopy(
                        from,
                        skip * columns,
                        values.get(layer),
                        (first + skip - firstKept) * columns,
                        (moment.tokens() - skip) * columns);
            }
        }
    }

    List<LayerValues> layers() {
        List<LayerValues> all = new ArrayList<>();
        for (int layer = 0; layer < ends.size(); layer++) {
            int columns = program.tensor(ends.get(layer)).columns();
            float[] each = values.get(layer);
            all.add(new LayerValues(
                    layer,
                    program.tensor(ends.get(layer)).name(),
                    firstKept,
                    new ActivationsImage(each.length / columns, columns, each)));
        }
        return all;
    }
}
