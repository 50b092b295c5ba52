package org.pixelllm.cli.look;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.terminal.ConsoleText;
import org.pixelllm.engine.look.LayerValues;
import org.pixelllm.engine.look.Lens;
import org.pixelllm.engine.look.Look;
import org.pixelllm.engine.look.Trace;
import org.pixelllm.protocol.view.Words;

/** What a look found, as lines of text and as JSON. */
final class LookReport {

    private LookReport() {}

    /** One line an instruction. */
    static List<String> trace(Trace trace) {
        List<String> lines = new ArrayList<>();
        lines.add(line("", "opcode", "writes", "rows", "columns", "least", "greatest", "mean", "rms", "odd"));
        for (Trace.Line each : trace.lines()) {
            lines.add(line(
                    String.valueOf(each.number()),
                    each.opcode().mnemonic(),
                    each.tensor(),
                    String.valueOf(each.rows()),
                    String.valueOf(each.columns()),
                    Words.number(each.min()),
                    Words.number(each.max()),
                    Words.number(each.mean()),
                    Words.number(each.rms()),
                    odd(each)));
        }
        return lines;
    }

    private static String line(String number, String opcode, String tensor, String... numbers) {
        StringBuilder line = new StringBuilder(ConsoleText.pad(number, 4))
                .append("  ")
                .append(ConsoleText.padRight(opcode, 10))
                .append(ConsoleText.padRight(tensor, 26));
        for (String each : numbers) {
            line.append(ConsoleText.pad(each, 10));
        }
        return line.toString().stripTrailing();
    }

    private static String odd(Trace.Line line) {
        String nans = line.nans() > 0 ? line.nans() + " NaN" : "";
        String infinities = line.infinities() > 0 ? line.infinities() + " infinite" : "";
        return nans.isEmpty() || infinities.isEmpty() ? nans + infinities : nans + ", " + infinities;
    }

    static List<Map<String, Object>> traceJson(Trace trace) {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (Trace.Line each : trace.lines()) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("instruction", each.number());
            line.put("opcode", each.opcode().mnemonic());
            line.put("tensor", each.tensor());
            line.put("rows", each.rows());
            line.put("columns", each.columns());
            line.put("min", each.min());
            line.put("max", each.max());
            line.put("mean", each.mean());
            line.put("rms", each.rms());
            line.put("zeros", each.zeros());
            line.put("nans", each.nans());
            line.put("infinities", each.infinities());
            lines.add(line);
        }
        return lines;
    }

    /** What each layer would predict after the last token. */
    static List<String> lens(Look look) {
        List<String> lines = new ArrayList<>();
        Lens lens = look.lens();
        int position = lens.positions() - 1;
        for (int layer = 0; layer < lens.layers(); layer++) {
            int id = lens.id(layer, position);
            String said = id == Lens.NOTHING
                    ? "NaN"
                    : ConsoleText.padRight("'" + look.word(id) + "'", 10)
                            + ConsoleText.tenths(100 * lens.probability(layer, position)) + " %";
            lines.add(ConsoleText.padRight("L" + layer, 5) + said);
        }
        return lines;
    }

    static Map<String, Object> lensJson(Look look) {
        Lens lens = look.lens();
        List<List<@Nullable Integer>> tokens = new ArrayList<>();
        List<List<@Nullable Double>> probabilities = new ArrayList<>();
        for (int layer = 0; layer < lens.layers(); layer++) {
            List<@Nullable Integer> ids = new ArrayList<>();
            List<@Nullable Double> each = new ArrayList<>();
            for (int position = 0; position < lens.positions(); position++) {
                boolean nothing = lens.id(layer, position) == Lens.NOTHING;
                ids.add(nothing ? null : lens.id(layer, position));
                each.add(nothing ? null : lens.probability(layer, position));
            }
            tokens.add(ids);
            probabilities.add(each);
        }
        return Map.of("tokens", tokens, "probs", probabilities);
    }

    static Map<String, Object> json(LayerValues layer) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("layer", layer.layer());
        result.put("tensor", layer.tensor());
        result.put("first_position", layer.first());
        result.put("rows", layer.image().rows());
        result.put("columns", layer.image().columns());
        return result;
    }
}
