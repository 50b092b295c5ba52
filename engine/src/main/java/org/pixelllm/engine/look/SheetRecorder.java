package org.pixelllm.engine.look;

import java.util.ArrayList;
import java.util.List;
import org.pixelllm.engine.view.Grid;
import org.pixelllm.engine.view.SheetView;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.pxvm.executor.Moment;
import org.pixelllm.pxvm.program.Instruction;

/** Keeps the weights of all heads, small enough for one sheet. */
final class SheetRecorder implements Recorder {

    /** What fits on a sheet; the note says what is left out. */
    private static final int MAX_LAYERS = 256;

    private static final int MAX_HEADS = 128;

    private final List<Instruction> attentions;
    private final List<List<Grid>> maps = new ArrayList<>();
    private final String leftOut;

    SheetRecorder(List<Instruction> all, int positions) {
        attentions = all.subList(0, Math.min(all.size(), MAX_LAYERS));
        int most = attentions.stream().mapToInt(each -> each.whole(0)).max().orElse(0);
        boolean whole = all.size() <= MAX_LAYERS && most <= MAX_HEADS;
        leftOut = whole ? "" : "the first " + MAX_LAYERS + " layers and " + MAX_HEADS + " heads of each";
        int side = SheetView.side(attentions.size(), Math.min(most, MAX_HEADS));
        for (Instruction each : attentions) {
            List<Grid> heads = new ArrayList<>();
            for (int head = 0; head < Math.min(each.whole(0), MAX_HEADS); head++) {
                heads.add(Grid.square(positions, side));
            }
            maps.add(heads);
        }
    }

    @Override
    public void ran(Moment moment, int first) {
        for (Instruction instruction : moment.instructions()) {
            int layer = attentions.indexOf(instruction);
            for (int head = 0; layer >= 0 && head < maps.get(layer).size(); head++) {
                Grid map = maps.get(layer).get(head);
                for (int token = 0; token < moment.tokens(); token++) {
                    double[] weights = moment.attention(instruction, token, head);
                    for (int key = 0; key < weights.length; key++) {
                        map.put(first + token, key, (float) weights[key]);
                    }
                }
            }
        }
    }

    Pixels view(String note) {
        String caption = note.isEmpty() || leftOut.isEmpty() ? note + leftOut : note + "; " + leftOut;
        return SheetView.draw(maps, "attention of every layer (row) and head (column)", caption);
    }
}
