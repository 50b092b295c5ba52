package org.pixelllm.engine.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** JSON as Python's {@code json.dumps} writes it without escaping beyond what it must. */
final class JsonSpelling {

    private final StringBuilder out = new StringBuilder();
    private final int indent;
    private final Budget budget;

    private JsonSpelling(int indent, Budget budget) {
        this.indent = indent;
        this.budget = budget;
    }

    /**
     * The text of a value.
     *
     * @param indent spaces for each level, or -1 for one line
     */
    static String of(Object value, int indent, Budget budget) {
        JsonSpelling spelling = new JsonSpelling(indent, budget);
        spelling.write(value, 0);
        return spelling.out.toString();
    }

    private void write(Object value, int level) {
        budget.step();
        switch (value) {
            case Text text -> string(text.value());
            case Boolean flag -> out.append(flag);
            case Value.Nothing _ -> out.append("null");
            case Long number -> out.append(number);
            case Double number -> out.append(number);
            case List<?> list -> {
                Iterator<?> each = list.iterator();
                all('[', ']', each, level, () -> write(Objects.requireNonNull(each.next()), level + 1));
            }
            case Map<?, ?> map -> {
                Iterator<? extends Map.Entry<?, ?>> each = map.entrySet().iterator();
                all('{', '}', each, level, () -> {
                    Map.Entry<?, ?> entry = each.next();
                    string(String.valueOf(entry.getKey()));
                    out.append(": ");
                    write(Objects.requireNonNull(entry.getValue()), level + 1);
                });
            }
            default -> throw Value.wrong("a value that JSON has", value);
        }
    }

    private void all(char open, char close, Iterator<?> each, int level, Runnable writeNext) {
        out.append(open);
        boolean any = each.hasNext();
        while (each.hasNext()) {
            line(level + 1);
            writeNext.run();
            if (each.hasNext()) {
                out.append(indent < 0 ? ", " : ",");
            }
        }
        if (any) {
            line(level);
        }
        out.append(close);
    }

    private void line(int level) {
        if (indent >= 0) {
            out.append('\n').append(" ".repeat(level * indent));
        }
    }

    private void string(String text) {
        budget.characters(text.length());
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            switch (each) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (each < 0x20) {
                        out.append("\\u%04x".formatted((int) each));
                    } else {
                        out.append(each);
                    }
                }
            }
        }
        out.append('"');
    }
}
