package org.pixelllm.cli.diff;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.engine.view.Grid;
import org.pixelllm.engine.view.TraceView;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.weights.WeightTensor;

/** Compares two models weight by weight, whatever types these are kept in. */
final class CartridgeDifference {

    private final Map<String, Object> facts = new LinkedHashMap<>();
    private final List<TraceView.Row> rows = new ArrayList<>();
    private double squares;
    private double squaresOfA;
    private double max;
    private String worst = "";
    private long oddOfFirst; // values of the first model that are no finite numbers
    private long oddOfSecond;
    private String firstOdd = "";
    private int compared;
    private int differing;

    static Difference of(Path a, Path b) throws PxiException {
        try (Cartridge one = Cartridge.open(a);
                Cartridge other = Cartridge.open(b)) {
            return new CartridgeDifference().compare(one, other);
        }
    }

    private Difference compare(Cartridge one, Cartridge other) {
        Program first = one.program();
        Program second = other.program();
        Map<String, Integer> ids = new HashMap<>();
        second.withRole(Role.WEIGHT).forEach(id -> ids.put(second.tensor(id).name(), id));
        int alone = 0;
        for (int id : first.withRole(Role.WEIGHT)) {
            Integer twin = ids.remove(first.tensor(id).name());
            WeightTensor was = one.weights().get(id);
            WeightTensor is = twin == null ? null : other.weights().get(twin);
            if (is == null || was.rows() != is.rows() || was.columns() != is.columns()) {
                alone++;
                continue;
            }
            compare(first.tensor(id).name(), was, is);
        }
        facts.put("equal", one.digest().equals(other.digest()));
        facts.put("same_program", one.programDigest().equals(other.programDigest()));
        facts.put("weights_compared", compared);
        facts.put("weights_different", differing);
        facts.put("weights_without_a_twin", alone + ids.size());
        facts.put("values_not_finite", oddOfFirst + " / " + oddOfSecond);
        if (!firstOdd.isEmpty()) {
            facts.put("first_not_finite", firstOdd);
        }
        facts.put("max_difference", max);
        if (!worst.isEmpty()) {
            facts.put("largest_in", worst);
        }
        facts.put("relative_rms", squares == 0 ? 0.0 : squaresOfA == 0 ? 1.0 : Math.sqrt(squares / squaresOfA));
        return new Difference(
                facts,
                rows.isEmpty()
                        ? null
                        : TraceView.draw(
                                rows,
                                "every weight: least, greatest and root mean square of the second model less the first;"
                                        + " the largest of each column",
                                ""));
    }

    private void compare(String name, WeightTensor was, WeightTensor is) {
        float[] a = new float[was.columns()];
        float[] b = new float[was.columns()];
        Grid strip = new Grid(was.rows(), was.columns(), 1, TraceView.STRIP);
        double sum = 0;
        double least = 0;
        double greatest = 0;
        long odd = 0;
        for (int row = 0; row < was.rows(); row++) {
            was.decodeRow(row, a, 0);
            is.decodeRow(row, b, 0);
            for (int i = 0; i < a.length; i++) {
                countOdd(name, row, i, a[i], b[i]);
                // The same NaN or infinity in both is no difference.
                float difference = Float.floatToRawIntBits(a[i]) == Float.floatToRawIntBits(b[i]) ? 0 : b[i] - a[i];
                strip.put(row, i, difference);
                if (!Float.isFinite(difference)) {
                    odd++;
                    continue;
                }
                least = Math.min(least, difference);
                greatest = Math.max(greatest, difference);
                sum += (double) difference * difference;
                squaresOfA += Float.isFinite(a[i]) ? (double) a[i] * a[i] : 0;
            }
        }
        compared++;
        differing += sum > 0 || odd > 0 ? 1 : 0;
        squares += sum;
        double size = Math.max(-least, greatest);
        if (size > max) {
            max = size;
            worst = name;
        }
        double rms = Math.sqrt(sum / ((double) was.rows() * was.columns()));
        rows.add(new TraceView.Row(Role.WEIGHT.colour(), is.type().word(), name, least, greatest, rms, odd, strip));
    }

    private void countOdd(String name, int row, int column, float was, float is) {
        boolean first = !Float.isFinite(was);
        boolean second = !Float.isFinite(is);
        oddOfFirst += first ? 1 : 0;
        oddOfSecond += second ? 1 : 0;
        if ((first || second) && firstOdd.isEmpty()) {
            firstOdd = name + ", row " + row + ", column " + column + ": " + was + " / " + is;
        }
    }
}
