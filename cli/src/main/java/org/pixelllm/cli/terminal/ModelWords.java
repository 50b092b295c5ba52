package org.pixelllm.cli.terminal;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;

/** How large a model is, in words. */
public final class ModelWords {

    private static final String[] COUNTS = {"", " thousand", " million", " billion"};
    private static final String[] SIZES = {" bytes", " kB", " MB", " GB", " TB"};

    private ModelWords() {}

    /** How many numbers the weights of a program are. */
    public static long parameters(Program program) {
        return program.withRole(Role.WEIGHT).stream()
                .mapToLong(id -> program.tensor(id).elements())
                .sum();
    }

    /** The types of a program's weights, the one with the most elements first: {@code q8 and f32}. */
    public static String types(Program program) {
        Map<String, Long> elements = new TreeMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            elements.merge(tensor.type().word(), tensor.elements(), Long::sum);
        }
        return list(elements);
    }

    /** Words by how much stands behind each, the most first. */
    public static String list(Map<String, Long> amounts) {
        List<String> words = amounts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
        if (words.size() < 2) {
            return String.join("", words);
        }
        return String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.getLast();
    }

    /** {@code 15.2 million}. */
    public static String count(long count) {
        return scaled(count, COUNTS);
    }

    /** {@code 17.3 MB}, in powers of 1,000. */
    public static String size(long bytes) {
        return scaled(bytes, SIZES);
    }

    private static String scaled(long amount, String[] units) {
        double value = amount;
        int unit = 0;
        while (value >= 999.95 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return (unit == 0 ? String.valueOf(amount) : String.format(Locale.ROOT, "%.1f", value)) + units[unit];
    }

    /** {@code 15.2 million parameters in q8 and f32, 1,024 tokens, context 256, 17.3 MB}. */
    public static String summary(Program program, long bytes) {
        return String.format(
                Locale.ROOT,
                "%s parameters in %s, %,d tokens, context %,d, %s",
                count(parameters(program)),
                types(program),
                program.vocabulary(),
                program.context(),
                size(bytes));
    }
}
