package org.pixelllm.engine.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What values are and what is done with them, as Python does it. A value is a {@link Text}, {@code Long}, {@code Double},
 * {@code Boolean}, list, map of names, {@link Nothing}, {@link Undefined}, or a {@link Function}.
 */
final class Value {

    private Value() {}

    /** Python's None. */
    enum Nothing {
        NONE
    }

    /** What a name stands for that has no value. */
    record Undefined(String name) {}

    /** Variables that a template changes from within loops. */
    record Namespace(Map<String, Object> names) {}

    /** Something to be called. */
    @FunctionalInterface
    interface Function {
        Object call(Scope scope, List<Object> arguments, Map<String, Object> named);
    }

    static boolean isTrue(Object value) {
        return switch (value) {
            case Boolean flag -> flag;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case Text text -> text.length() > 0;
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case Nothing _, Undefined _ -> false;
            default -> true;
        };
    }

    static boolean same(Object one, Object other) {
        if (number(one) && number(other)) {
            return toDouble(one) == toDouble(other);
        }
        if (one instanceof Text text && other instanceof Text second) {
            return text.value().equals(second.value());
        }
        if (one instanceof List<?> list && other instanceof List<?> second) {
            boolean same = list.size() == second.size();
            for (int i = 0; same && i < list.size(); i++) {
                same = same(Objects.requireNonNull(list.get(i)), Objects.requireNonNull(second.get(i)));
            }
            return same;
        }
        return one.equals(other) || (one instanceof Undefined && other instanceof Undefined);
    }

    static boolean number(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    static double toDouble(Object value) {
        return switch (value) {
            case Long number -> number;
            case Double number -> number;
            case Boolean flag -> flag ? 1 : 0;
            default -> throw wrong("a number", value);
        };
    }

    static int whole(Object value) {
        if (value instanceof Long number && number >= Integer.MIN_VALUE && number <= Integer.MAX_VALUE) {
            return number.intValue();
        }
        throw wrong("a whole number", value);
    }

    static Text text(Object value) {
        if (value instanceof Text text) {
            return text;
        }
        throw wrong("a text", value);
    }

    /** As it is printed. */
    static Text printed(Object value) {
        return value instanceof Text text
                ? text
                : value instanceof Undefined ? Text.EMPTY : marked(value, spelled(value));
    }

    /** A spelling of a value, foreign where the value holds foreign characters. */
    static Text marked(Object value, String spelled) {
        return hasForeign(value) ? Text.foreign(spelled) : Text.own(spelled);
    }

    private static boolean hasForeign(Object value) {
        return switch (value) {
            case Text text -> text.marks().indexOf('1') >= 0;
            case List<?> list -> list.stream().anyMatch(each -> hasForeign(Objects.requireNonNull(each)));
            case Map<?, ?> map -> map.values().stream().anyMatch(each -> hasForeign(Objects.requireNonNull(each)));
            default -> false;
        };
    }

    private static String spelled(Object value) {
        return switch (value) {
            case Text text ->
                "'" + text.value().replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
            case Boolean flag -> flag ? "True" : "False";
            case Nothing _ -> "None";
            case List<?> list ->
                "["
                        + String.join(
                                ", ",
                                list.stream()
                                        .map(each -> spelled(Objects.requireNonNull(each)))
                                        .toList()) + "]";
            case Map<?, ?> map -> {
                List<String> entries = new ArrayList<>();
                map.forEach((key, each) -> entries.add("'" + key + "': " + spelled(Objects.requireNonNull(each))));
                yield "{" + String.join(", ", entries) + "}";
            }
            case Long number -> number.toString();
            case Double number -> number.toString();
            default -> throw wrong("a value that can be printed", value);
        };
    }

    static List<Object> items(Object value) {
        return switch (value) {
            case List<?> list -> new ArrayList<>(list);
            case Map<?, ?> map -> {
                List<Object> keys = new ArrayList<>();
                map.keySet().forEach(key -> keys.add(Text.own(String.valueOf(key))));
                yield keys;
            }
            case Text text -> {
                List<Object> characters = new ArrayList<>();
                for (int i = 0, next; i < text.length(); i = next) {
                    next = text.value().offsetByCodePoints(i, 1);
                    characters.add(text.part(i, next));
                }
                yield characters;
            }
            case Undefined _ -> List.of();
            default -> throw wrong("something to go through", value);
        };
    }

    static boolean isIn(Object item, Object all) {
        return switch (all) {
            case Text text -> text.value().contains(text(item).value());
            case Map<?, ?> map -> item instanceof Text key && map.containsKey(key.value());
            case Undefined _ -> false;
            default -> items(all).stream().anyMatch(each -> same(each, item));
        };
    }

    static int compared(Object one, Object other) {
        return one instanceof Text text
                ? text.value().compareTo(text(other).value())
                : Double.compare(toDouble(one), toDouble(other));
    }

    static JinjaException wrong(String expected, Object found) {
        return new JinjaException("expected " + expected + ", found " + kind(found));
    }

    static String kind(Object value) {
        return switch (value) {
            case Text _ -> "a text";
            case Undefined undefined -> "nothing by the name of " + undefined.name;
            case Nothing _ -> "none";
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "a map";
            case Boolean _ -> "true or false";
            case Long _, Double _ -> "a number";
            default -> "something else";
        };
    }
}
