package org.pixelllm.engine.look;

import java.util.ArrayList;
import java.util.List;
import org.pixelllm.engine.view.Grid;
import org.pixelllm.engine.view.TraceView;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.pxvm.program.Opcode;

/**
 * What each instruction of a program wrote, in numbers, over all tokens of a text and as if the logits after every token
 * were asked for.
 *
 * @param lines in the program's order
 */
public record Trace(List<Line> lines) {

    public Trace {
        lines = List.copyOf(lines);
    }

    /**
     * One instruction's values. Minimum, maximum, mean and size are of the finite ones; 0 where there are none.
     *
     * @param number the instruction's place in the program, from 0
     * @param opcode what it does
     * @param tensor the name of what it writes
     * @param rows of all steps together
     * @param columns of each row
     * @param min the least value
     * @param max the greatest value
     * @param mean of the values
     * @param rms the root of the mean of the squares: how large values are
     * @param zeros values that are 0
     * @param nans values that are no number
     * @param infinities values that are infinite
     * @param last the values at the last position, shrunk
     */
    public record Line(
            int number,
            Opcode opcode,
            String tensor,
            long rows,
            int columns,
            float min,
            float max,
            double mean,
            double rms,
            long zeros,
            long nans,
            long infinities,
            Grid last) {}

    /**
     * For eyes.
     *
     * @param note what else the caption holds; may be empty
     */
    public Pixels view(String note) {
        List<TraceView.Row> rows = new ArrayList<>();
        for (Line each : lines) {
            long nonFinite = each.nans + each.infinities;
            rows.add(new TraceView.Row(
                    each.opcode.colour(),
                    each.opcode.mnemonic(),
                    each.tensor,
                    each.min,
                    each.max,
                    each.rms,
                    nonFinite,
                    each.last));
        }
        return TraceView.draw(
                rows,
                "every instruction: least, greatest and root mean square over all tokens; values at the last token",
                note);
    }
}
