package org.pixelllm.engine.jinja;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Jinja's filters, tests and methods, and the functions that Hugging Face's library gives to templates. */
final class Library {

    /** What templates take for today, so that an answer can be made again: the day that Llama 3.1's own fall back to. */
    private static final LocalDate TODAY = LocalDate.of(2024, 7, 26);

    private static final int MAX_RANGE = 100_000;

    static final Map<String, Value.Function> FUNCTIONS = Map.of(
            "raise_exception",
            (scope, arguments, named) -> {
                throw new JinjaException("the template refuses the conversation: "
                        + Value.printed(argument(arguments, 0)).value());
            },
            "range",
            Library::range,
            "namespace",
            (scope, arguments, named) -> new Value.Namespace(new LinkedHashMap<>(named)),
            "dict",
            (scope, arguments, named) -> new LinkedHashMap<>(named),
            "strftime_now",
            (scope, arguments, named) ->
                    Text.own(date(Value.text(argument(arguments, 0)).value())));

    static final Map<String, Value.Function> FILTERS = filters();
    static final Map<String, BiPredicate<Object, List<Object>>> TESTS = tests();

    private Library() {}

    static Object argument(List<Object> arguments, int index) {
        if (index >= arguments.size()) {
            throw new JinjaException("expected an argument more");
        }
        return arguments.get(index);
    }

    private static Object argument(
            List<Object> arguments, int index, Map<String, Object> named, String name, Object otherwise) {
        return index < arguments.size() ? arguments.get(index) : named.getOrDefault(name, otherwise);
    }

    private static Object range(Scope scope, List<Object> arguments, Map<String, Object> named) {
        long from = arguments.size() > 1 ? Value.whole(argument(arguments, 0)) : 0;
        long to = Value.whole(argument(arguments, arguments.size() > 1 ? 1 : 0));
        long step = arguments.size() > 2 ? Value.whole(argument(arguments, 2)) : 1;
        if (step == 0 || Math.abs(to - from) / Math.abs(step) > MAX_RANGE) {
            throw new JinjaException("expected a range of at most " + MAX_RANGE + " numbers");
        }
        List<Object> numbers = new ArrayList<>();
        for (long i = from; step > 0 ? i < to : i > to; i += step) {
            numbers.add(i);
        }
        return numbers;
    }

    private static String date(String format) {
        StringBuilder date = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char each = format.charAt(i);
            if (each != '%' || i + 1 == format.length()) {
                date.append(each);
                continue;
            }
            char letter = format.charAt(++i);
            date.append(
                    switch (letter) {
                        case 'd' -> "%02d".formatted(TODAY.getDayOfMonth());
                        case 'm' -> "%02d".formatted(TODAY.getMonthValue());
                        case 'Y' -> String.valueOf(TODAY.getYear());
                        case 'b' -> "Jul";
                        case 'B' -> "July";
                        case 'a' -> "Fri";
                        case 'A' -> "Friday";
                        case 'H', 'M', 'S' -> "00";
                        case '%' -> "%";
                        default -> throw new JinjaException("strftime_now does not know %" + letter);
                    });
        }
        return date.toString();
    }

    private static Map<String, Value.Function> filters() {
        Map<String, Value.Function> all = new LinkedHashMap<>();
        all.put("trim", (scope, a, named) -> Value.printed(a.getFirst()).strip(true, true, characters(a, 1)));
        all.put("length", (scope, a, named) -> length(a.getFirst()));
        all.put("count", (scope, a, named) -> length(a.getFirst()));
        all.put("upper", (scope, a, named) -> cased(Value.printed(a.getFirst()), true));
        all.put("lower", (scope, a, named) -> cased(Value.printed(a.getFirst()), false));
        all.put("capitalize", (scope, a, named) -> capitalized(Value.printed(a.getFirst()), false));
        all.put("title", (scope, a, named) -> capitalized(Value.printed(a.getFirst()), true));
        all.put("string", (scope, a, named) -> Value.printed(a.getFirst()));
        all.put("safe", (scope, a, named) -> a.getFirst());
        all.put("int", (scope, a, named) -> toWhole(a.getFirst()));
        all.put("list", (scope, a, named) -> Value.items(a.getFirst()));
        all.put("first", (scope, a, named) -> end(Value.items(a.getFirst()), true));
        all.put("last", (scope, a, named) -> end(Value.items(a.getFirst()), false));
        all.put("reverse", (scope, a, named) -> Value.items(a.getFirst()).reversed());
        all.put(
                "join",
                (scope, a, named) ->
                        join(scope, Value.items(a.getFirst()), Value.printed(argument(a, 1, named, "d", Text.EMPTY))));
        all.put(
                "replace",
                (scope, a, named) -> Value.printed(a.getFirst())
                        .replace(Value.text(argument(a, 1)), Value.text(argument(a, 2)), scope.budget));
        all.put("default", Library::otherwise);
        all.put("d", Library::otherwise);
        all.put("items", (scope, a, named) -> pairs(a.getFirst()));
        all.put("tojson", (scope, a, named) -> {
            Object indent = argument(a, 1, named, "indent", Value.Nothing.NONE);
            int width = indent instanceof Long ? Math.clamp(Value.whole(indent), 0, 16) : -1;
            return Value.marked(a.getFirst(), JsonSpelling.of(a.getFirst(), width, scope.budget));
        });
        all.put("map", (scope, a, named) -> {
            Object attribute = named.get("attribute");
            List<Object> mapped = new ArrayList<>();
            for (Object each : Value.items(a.getFirst())) {
                mapped.add(
                        attribute != null
                                ? member(each, Value.text(attribute).value())
                                : filter(Value.text(argument(a, 1)).value())
                                        .call(scope, prepended(each, a.subList(2, a.size())), named));
            }
            return mapped;
        });
        all.put("select", (scope, a, named) -> chosen(a, null, true));
        all.put("reject", (scope, a, named) -> chosen(a, null, false));
        all.put(
                "selectattr",
                (scope, a, named) -> chosen(a, Value.text(argument(a, 1)).value(), true));
        all.put(
                "rejectattr",
                (scope, a, named) -> chosen(a, Value.text(argument(a, 1)).value(), false));
        return Collections.unmodifiableMap(all);
    }

    private static List<Object> prepended(Object first, List<Object> rest) {
        List<Object> all = new ArrayList<>(List.of(first));
        all.addAll(rest);
        return all;
    }

    static Value.Function filter(String name) {
        Value.Function filter = FILTERS.get(name);
        if (filter == null) {
            throw new JinjaException("the filter " + name + " is not known; these are: " + FILTERS.keySet());
        }
        return filter;
    }

    static BiPredicate<Object, List<Object>> test(String name) {
        BiPredicate<Object, List<Object>> test = TESTS.get(name);
        if (test == null) {
            throw new JinjaException("the test " + name + " is not known; these are: " + TESTS.keySet());
        }
        return test;
    }

    private static Object chosen(List<Object> a, @Nullable String attribute, boolean wanted) {
        int at = attribute == null ? 1 : 2;
        List<Object> chosen = new ArrayList<>();
        for (Object each : Value.items(a.getFirst())) {
            Object value = attribute == null ? each : member(each, attribute);
            boolean passes = a.size() <= at
                    ? Value.isTrue(value)
                    : test(Value.text(a.get(at)).value()).test(value, a.subList(at + 1, a.size()));
            if (passes == wanted) {
                chosen.add(each);
            }
        }
        return chosen;
    }

    private static Map<String, BiPredicate<Object, List<Object>>> tests() {
        Map<String, BiPredicate<Object, List<Object>>> all = new LinkedHashMap<>();
        all.put("defined", (value, a) -> !(value instanceof Value.Undefined));
        all.put("undefined", (value, a) -> value instanceof Value.Undefined);
        all.put("none", (value, a) -> value == Value.Nothing.NONE);
        all.put("string", (value, a) -> value instanceof Text);
        all.put("mapping", (value, a) -> value instanceof Map);
        all.put("sequence", (value, a) -> value instanceof List || value instanceof Text || value instanceof Map);
        all.put("iterable", (value, a) -> value instanceof List || value instanceof Text || value instanceof Map);
        all.put("number", (value, a) -> Value.number(value));
        all.put("integer", (value, a) -> value instanceof Long);
        all.put("float", (value, a) -> value instanceof Double);
        all.put("boolean", (value, a) -> value instanceof Boolean);
        all.put("true", (value, a) -> Boolean.TRUE.equals(value));
        all.put("false", (value, a) -> Boolean.FALSE.equals(value));
        all.put("callable", (value, a) -> value instanceof Value.Function);
        all.put("odd", (value, a) -> Value.whole(value) % 2 != 0);
        all.put("even", (value, a) -> Value.whole(value) % 2 == 0);
        all.put("in", (value, a) -> Value.isIn(value, argument(a, 0)));
        for (String name : List.of("eq", "equalto", "==")) {
            all.put(name, (value, a) -> Value.same(value, argument(a, 0)));
        }
        all.put("ne", (value, a) -> !Value.same(value, argument(a, 0)));
        return Collections.unmodifiableMap(all);
    }

    private static String characters(List<Object> arguments, int index) {
        return index < arguments.size() && arguments.get(index) instanceof Text text ? text.value() : "";
    }

    static long length(Object value) {
        return switch (value) {
            case Text text -> text.value().codePointCount(0, text.length());
            default -> Value.items(value).size();
        };
    }

    private static Object toWhole(Object value) {
        try {
            return value instanceof Text text
                    ? (Object) Long.valueOf(text.value().strip())
                    : (long) Value.toDouble(value);
        } catch (NumberFormatException e) {
            return 0L;
        }
    }

    private static Object end(List<Object> items, boolean first) {
        return items.isEmpty() ? new Value.Undefined("an end of nothing") : first ? items.getFirst() : items.getLast();
    }

    private static Object otherwise(Scope scope, List<Object> a, Map<String, Object> named) {
        boolean falseToo = Value.isTrue(argument(a, 2, named, "boolean", false));
        Object value = a.getFirst();
        boolean missing = value instanceof Value.Undefined || (falseToo && !Value.isTrue(value));
        return missing ? argument(a, 1, named, "default_value", Text.EMPTY) : value;
    }

    private static Text join(Scope scope, List<Object> items, Text between) {
        Text all = Text.EMPTY;
        for (int i = 0; i < items.size(); i++) {
            all = i == 0 ? all : all.and(between);
            all = all.and(Value.printed(items.get(i)));
            scope.budget.characters(all.length());
        }
        return all;
    }

    private static Object pairs(Object map) {
        if (!(map instanceof Map<?, ?> entries)) {
            throw Value.wrong("a map", map);
        }
        List<Object> pairs = new ArrayList<>();
        entries.forEach(
                (key, value) -> pairs.add(List.of(Text.own(String.valueOf(key)), Objects.requireNonNull(value))));
        return pairs;
    }

    /** Each character by itself, so that it keeps its mark. */
    private static Text cased(Text text, boolean upper) {
        StringBuilder value = new StringBuilder();
        StringBuilder marks = new StringBuilder();
        for (int i = 0, next; i < text.length(); i = next) {
            next = text.value().offsetByCodePoints(i, 1);
            String each = text.value().substring(i, next);
            String other = upper ? each.toUpperCase(Locale.ROOT) : each.toLowerCase(Locale.ROOT);
            value.append(other);
            marks.append(text.marks().substring(i, i + 1).repeat(other.length()));
        }
        return new Text(value.toString(), marks.toString());
    }

    private static Text capitalized(Text text, boolean everyWord) {
        Text all = Text.EMPTY;
        boolean start = true;
        for (Object each : Value.items(text)) {
            Text letter = (Text) each;
            all = all.and(cased(letter, start));
            start = everyWord && !Character.isLetterOrDigit(letter.value().codePointAt(0));
        }
        return all;
    }

    /** What {@code value.name} or {@code value[name]} is. */
    static Object member(Object value, String name) {
        Object found = switch (value) {
            case Map<?, ?> map -> map.get(name);
            case Value.Namespace namespace -> namespace.names().get(name);
            case Value.Undefined undefined -> throw Value.wrong("something with " + name, undefined);
            default -> null;
        };
        return found != null ? found : new Value.Undefined(name);
    }

    /** A method of a value. */
    static Object method(Scope scope, Object value, String name, List<Object> a, Map<String, Object> named) {
        if (value instanceof Text text) {
            return textMethod(scope, text, name, a);
        }
        if (value instanceof Map<?, ?> map) {
            switch (name) {
                case "items" -> {
                    return pairs(map);
                }
                case "keys" -> {
                    return Value.items(map);
                }
                case "values" -> {
                    return new ArrayList<>(map.values());
                }
                case "get" -> {
                    Object found = map.get(Value.text(argument(a, 0)).value());
                    return found != null ? found : a.size() > 1 ? a.get(1) : Value.Nothing.NONE;
                }
                default -> {}
            }
        }
        throw new JinjaException("the method " + name + " of " + Value.kind(value) + " is not known");
    }

    private static Object textMethod(Scope scope, Text text, String name, List<Object> a) {
        return switch (name) {
            case "strip" -> text.strip(true, true, characters(a, 0));
            case "lstrip" -> text.strip(true, false, characters(a, 0));
            case "rstrip" -> text.strip(false, true, characters(a, 0));
            case "startswith" -> any(argument(a, 0), each -> text.value().startsWith(each));
            case "endswith" -> any(argument(a, 0), each -> text.value().endsWith(each));
            case "upper" -> cased(text, true);
            case "lower" -> cased(text, false);
            case "title" -> capitalized(text, true);
            case "capitalize" -> capitalized(text, false);
            case "replace" -> text.replace(Value.text(argument(a, 0)), Value.text(argument(a, 1)), scope.budget);
            case "find" ->
                (long) text.value().indexOf(Value.text(argument(a, 0)).value());
            case "join" -> join(scope, Value.items(argument(a, 0)), text);
            case "split" -> split(text, a);
            case "splitlines" -> lines(text);
            default -> throw new JinjaException("the method " + name + " of a text is not known");
        };
    }

    private static boolean any(Object choice, java.util.function.Predicate<String> test) {
        return choice instanceof List<?> list
                ? list.stream()
                        .anyMatch(each -> test.test(
                                Value.text(Objects.requireNonNull(each)).value()))
                : test.test(Value.text(choice).value());
    }

    private static Object split(Text text, List<Object> a) {
        List<Object> parts = new ArrayList<>();
        long most = a.size() > 1 ? Value.whole(a.get(1)) : -1;
        if (a.isEmpty() || a.getFirst() == Value.Nothing.NONE) {
            Text rest = text.strip(true, true, "");
            int from = 0;
            for (int i = 0; i <= rest.length(); i++) {
                if (i == rest.length() || Character.isWhitespace(rest.value().charAt(i))) {
                    if (i > from) {
                        parts.add(rest.part(from, i));
                    }
                    from = i + 1;
                }
            }
            return parts;
        }
        String between = Value.text(a.getFirst()).value();
        if (between.isEmpty()) {
            throw new JinjaException("expected something to split at");
        }
        int from = 0;
        for (int at = text.value().indexOf(between); at >= 0 && most != 0; most--) {
            parts.add(text.part(from, at));
            from = at + between.length();
            at = text.value().indexOf(between, from);
        }
        parts.add(text.part(from, text.length()));
        return parts;
    }

    private static Object lines(Text text) {
        List<Object> lines = new ArrayList<>();
        int from = 0;
        for (int at = text.value().indexOf('\n'); at >= 0; at = text.value().indexOf('\n', from)) {
            lines.add(text.part(from, at));
            from = at + 1;
        }
        if (from < text.length()) {
            lines.add(text.part(from, text.length()));
        }
        return lines;
    }
}
