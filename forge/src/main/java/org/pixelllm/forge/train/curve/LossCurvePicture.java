package org.pixelllm.forge.train.curve;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngEncoder;
import org.pixelllm.protocol.view.Canvas;

/**
 * A run's curve as a picture: bits per character over steps, from the first to the last that is planned, but no more than
 * twice those done. Dim: means of neighbouring steps; blue: smoothed over more; amber: measured on the validation text, a
 * ring about the best.
 */
public final class LossCurvePicture {

    private static final int WIDTH = 960;
    private static final int HEIGHT = 540;
    private static final int LEFT = 70;
    private static final int RIGHT = 30;
    private static final int TOP = 56;
    private static final int BOTTOM = 56;
    private static final int DOT = 2;
    private static final int CAPITAL = Canvas.LETTER_HEIGHT - 1; // dots of a letter above the line
    private static final int PAPER = Canvas.BACKGROUND;
    private static final int GRID = 0x262B33;
    private static final int INK = Canvas.INK;
    private static final int AXIS = Canvas.FAINT;
    private static final int DIM = 0x2B4F78;
    private static final int TRAIN = 0x2FC2F2;
    private static final int VALID = 0xFFB02F;
    private static final int TICKS = 8;
    private static final int COLUMNS = 440; // of the pale curve
    private static final int SMOOTHED = 12; // columns to both sides that the blue curve smooths over
    private static final double HEADROOM = 0.04;

    private final LossCurve curve;
    private final int planned;
    private final int steps; // that are shown
    private final double bitsPerNat;
    private final int columns;
    private final double[] means;
    private double low = Double.MAX_VALUE;
    private double high;

    private LossCurvePicture(LossCurve curve, int steps, double bitsPerNat) {
        this.curve = curve;
        this.planned = steps;
        this.steps = (int) Math.min(steps, 2L * curve.steps());
        this.bitsPerNat = bitsPerNat;
        this.columns = Math.min(COLUMNS, this.steps);
        this.means = means();
        range();
    }

    /** Draws a curve and writes it, whole or not at all. */
    public static void write(Path file, LossCurve curve, int steps, double bitsPerNat, String software)
            throws IOException {
        if (curve.steps() > 0) {
            Pixels picture = new LossCurvePicture(curve, steps, bitsPerNat).draw();
            Map<String, String> text = new TreeMap<>();
            text.put("Software", software);
            text.put("Title", "Bits per character over " + curve.steps() + " of " + steps + " steps");
            PxiFiles.write(file, PngEncoder.encode(picture, text));
        }
    }

    /** The step at which a column begins. */
    private int begin(int column) {
        return (int) ((long) steps * column / columns);
    }

    /** The mean of each column that has steps. */
    private double[] means() {
        double[] all = new double[columns];
        int count = 0;
        while (count < columns && begin(count) < curve.steps()) {
            int end = Math.min(curve.steps(), begin(count + 1));
            double sum = 0;
            for (int step = begin(count); step < end; step++) {
                sum += curve.nats(step);
            }
            all[count] = sum / (end - begin(count)) * bitsPerNat;
            count++;
        }
        return Arrays.copyOf(all, count);
    }

    /** The range of values shown: all but how the first steps fall from a blind guess, which would flatten the rest. */
    private void range() {
        int from = means.length / 25;
        for (int i = from; i < means.length; i++) {
            low = Math.min(low, means[i]);
            high = Math.max(high, means[i]);
        }
        for (LossCurve.Measurement valid : curve.measurements()) {
            low = Math.min(low, valid.bits());
            if (valid.step() > begin(from)) {
                high = Math.max(high, valid.bits());
            }
        }
        double margin = Math.max(0.01, HEADROOM * (high - low));
        low = Math.max(0, low - margin);
        high += margin;
    }

    private double x(double step) {
        return 2 * (LEFT + step / steps * (WIDTH - LEFT - RIGHT));
    }

    private double y(double bits) {
        return 2 * (TOP + (high - bits) / (high - low) * (HEIGHT - TOP - BOTTOM));
    }

    private Pixels draw() {
        Canvas large = new Canvas(2 * WIDTH, 2 * HEIGHT);
        large.fill(0, 0, large.width(), large.height(), PAPER);
        double across = AxisTicks.distance(steps, TICKS);
        double up = AxisTicks.distance(high - low, TICKS);
        for (double step = 0; step <= steps; step += across) {
            large.fill((int) x(step) - 1, 2 * TOP, 2, 2 * (HEIGHT - TOP - BOTTOM), GRID);
        }
        for (double bits = Math.ceil(low / up) * up; bits <= high; bits += up) {
            large.fill(2 * LEFT, (int) y(bits) - 1, 2 * (WIDTH - LEFT - RIGHT), 2, GRID);
        }
        curve(large, means, 1.5, DIM);
        curve(large, smoothed(), 3, TRAIN);
        valid(large);
        large.fill(0, 0, large.width(), 2 * TOP, PAPER); // what rose above the range
        large.fill(2 * LEFT - 2, 2 * TOP, 2, 2 * (HEIGHT - TOP - BOTTOM), AXIS);
        large.fill(2 * LEFT - 2, 2 * (HEIGHT - BOTTOM), 2 * (WIDTH - LEFT - RIGHT) + 2, 2, AXIS);
        Pixels picture = Strokes.halved(large.pixels());
        label(Canvas.over(picture), across, up);
        return picture;
    }

    /** Each column's mean with its neighbours on both sides, nearer ones counting more. */
    private double[] smoothed() {
        double[] smooth = new double[means.length];
        for (int i = 0; i < means.length; i++) {
            int reach = Math.min(SMOOTHED, i / 4); // little at first, where it falls fast
            double sum = 0;
            double weight = 0;
            for (int j = Math.max(0, i - reach); j <= Math.min(means.length - 1, i + reach); j++) {
                double share = reach + 1 - Math.abs(j - i);
                sum += share * means[j];
                weight += share;
            }
            smooth[i] = sum / weight;
        }
        return smooth;
    }

    private void curve(Canvas on, double[] values, double radius, int colour) {
        for (int i = 0; i < values.length; i++) {
            int before = Math.max(0, i - 1);
            Strokes.line(on, middle(before), y(values[before]), middle(i), y(values[i]), radius, colour);
        }
    }

    private double middle(int column) {
        return x((begin(column) + Math.min(begin(column + 1), curve.steps())) / 2.0);
    }

    private void valid(Canvas on) {
        LossCurve.Measurement before = null;
        for (LossCurve.Measurement each : curve.measurements()) {
            if (before != null) {
                Strokes.line(on, x(before.step()), y(before.bits()), x(each.step()), y(each.bits()), 2, VALID);
            }
            Strokes.disc(on, x(each.step()), y(each.bits()), 6, VALID);
            before = each;
        }
        LossCurve.Measurement best = curve.best();
        if (best != null) {
            Strokes.disc(on, x(best.step()), y(best.bits()), 11, VALID);
            Strokes.disc(on, x(best.step()), y(best.bits()), 8, PAPER);
            Strokes.disc(on, x(best.step()), y(best.bits()), 4, VALID);
        }
    }

    private void label(Canvas on, double across, double up) {
        for (double step = 0; step <= steps; step += across) {
            String text = AxisTicks.word(step, across);
            on.text((int) (x(step) / 2) - width(text) / 2, HEIGHT - BOTTOM + 10, DOT, text, AXIS);
        }
        for (double bits = Math.ceil(low / up) * up; bits <= high; bits += up) {
            String text = AxisTicks.word(bits, up);
            int middle = (int) (y(bits) / 2);
            on.text(LEFT - 10 - width(text), middle - DOT * CAPITAL / 2, DOT, text, AXIS);
        }
        String below = "steps: " + curve.steps() + " of " + planned;
        on.text(WIDTH - RIGHT - width(below), HEIGHT - 22, DOT, below, AXIS);
        int x = heading(on, "Bits per character", LEFT, INK);
        x = heading(on, String.format(Locale.ROOT, "train %.3f", curve.recent() * bitsPerNat), x, TRAIN);
        LossCurve.Measurement best = curve.best();
        if (best != null) {
            String averaged = best.isAverage() ? ", averaged" : "";
            heading(
                    on,
                    String.format(Locale.ROOT, "valid %.3f after step %d%s", best.bits(), best.step(), averaged),
                    x,
                    VALID);
        }
    }

    private static int width(String text) {
        return DOT * Canvas.width(text);
    }

    private static int heading(Canvas on, String text, int x, int colour) {
        on.text(x, TOP / 2 - DOT * CAPITAL / 2, DOT, text, colour);
        return x + width(text) + 40;
    }
}
