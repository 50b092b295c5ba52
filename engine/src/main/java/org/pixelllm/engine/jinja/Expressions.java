package org.pixelllm.engine.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Reads expressions, of lower binding first: each becomes what computes it. */
class Expressions {

    private static final int MAX_NESTING = 200;

    /** What computes a value. */
    @FunctionalInterface
    interface Expression {
        Object in(Scope scope);
    }

    /** What combines two values. */
    private interface Combination {
        Object of(Scope scope, Object left, Object right);
    }

    private final List<Lexer.Token> tokens;
    private int at;
    private int nesting;

    Expressions(List<Lexer.Token> tokens) {
        this.tokens = tokens;
    }

    final Lexer.Token peek() {
        return tokens.get(at);
    }

    final Lexer.Token next() {
        return tokens.get(at++);
    }

    final JinjaException fault(String expected) {
        Lexer.Token found = peek();
        return Lexer.fault(found.at(), expected + ", not \"" + found.text() + "\"");
    }

    final boolean is(Lexer.Kind kind, String text) {
        return peek().kind() == kind && peek().text().equals(text);
    }

    private boolean isAhead(String name) {
        Lexer.Token ahead = tokens.get(Math.min(at + 1, tokens.size() - 1));
        return ahead.kind() == Lexer.Kind.NAME && ahead.text().equals(name);
    }

    final boolean take(Lexer.Kind kind, String text) {
        boolean here = is(kind, text);
        at += here ? 1 : 0;
        return here;
    }

    final boolean operator(String text) {
        return take(Lexer.Kind.OPERATOR, text);
    }

    final boolean word(String text) {
        return take(Lexer.Kind.NAME, text);
    }

    final void require(Lexer.Kind kind, String text) {
        if (!take(kind, text)) {
            throw fault(text.isEmpty() ? kind.name() : text);
        }
    }

    final String name() {
        if (peek().kind() != Lexer.Kind.NAME) {
            throw fault("a name");
        }
        return next().text();
    }

    final Expression expression() {
        if (++nesting > MAX_NESTING) {
            throw fault("at most " + MAX_NESTING + " expressions in each other");
        }
        Expression value = either();
        if (word("if")) {
            Expression condition = either();
            Expression otherwise = word("else") ? expression() : scope -> new Value.Undefined("what else");
            Expression chosen = value;
            value = scope -> Value.isTrue(condition.in(scope)) ? chosen.in(scope) : otherwise.in(scope);
        }
        nesting--;
        return value;
    }

    /** An expression after which {@code if} is a loop's filter. */
    final Expression withoutChoice() {
        return either();
    }

    private Expression either() {
        Expression value = both();
        while (word("or")) {
            Expression left = value;
            Expression right = both();
            value = scope -> {
                Object first = left.in(scope);
                return Value.isTrue(first) ? first : right.in(scope);
            };
        }
        return value;
    }

    private Expression both() {
        Expression value = negation();
        while (word("and")) {
            Expression left = value;
            Expression right = negation();
            value = scope -> {
                Object first = left.in(scope);
                return Value.isTrue(first) ? right.in(scope) : first;
            };
        }
        return value;
    }

    private Expression negation() {
        if (word("not")) {
            if (++nesting > MAX_NESTING) {
                throw fault("at most " + MAX_NESTING + " expressions in each other");
            }
            Expression value = negation();
            nesting--;
            return scope -> !Value.isTrue(value.in(scope));
        }
        return comparison();
    }

    private Expression comparison() {
        Expression value = sum();
        while (true) {
            Combination combination = comparing();
            if (combination == null) {
                return value;
            }
            value = combined(value, combination, sum());
        }
    }

    private @Nullable Combination comparing() {
        if (operator("==")) {
            return (scope, a, b) -> Value.same(a, b);
        } else if (operator("!=")) {
            return (scope, a, b) -> !Value.same(a, b);
        } else if (operator("<=")) {
            return (scope, a, b) -> Value.compared(a, b) <= 0;
        } else if (operator(">=")) {
            return (scope, a, b) -> Value.compared(a, b) >= 0;
        } else if (operator("<")) {
            return (scope, a, b) -> Value.compared(a, b) < 0;
        } else if (operator(">")) {
            return (scope, a, b) -> Value.compared(a, b) > 0;
        } else if (word("in")) {
            return (scope, a, b) -> Value.isIn(a, b);
        } else if (is(Lexer.Kind.NAME, "not") && isAhead("in")) {
            at += 2;
            return (scope, a, b) -> !Value.isIn(a, b);
        }
        return null;
    }

    private static Expression combined(Expression left, Combination combination, Expression right) {
        return scope -> {
            scope.budget.step();
            return combination.of(scope, left.in(scope), right.in(scope));
        };
    }

    private Expression sum() {
        Expression value = concatenation();
        while (true) {
            if (operator("+")) {
                value = combined(value, Expressions::plus, concatenation());
            } else if (operator("-")) {
                value = combined(value, (scope, a, b) -> arithmetic(a, b, '-'), concatenation());
            } else {
                return value;
            }
        }
    }

    private static Object plus(Scope scope, Object left, Object right) {
        if (left instanceof Text text) {
            Text more = Value.text(right);
            scope.budget.characters((long) text.length() + more.length());
            return text.and(more);
        }
        if (left instanceof List<?> list && right instanceof List<?> more) {
            scope.budget.characters((long) list.size() + more.size());
            List<Object> all = new ArrayList<>(list);
            all.addAll(more);
            return all;
        }
        return arithmetic(left, right, '+');
    }

    private static Object arithmetic(Object left, Object right, char operator) {
        boolean whole = left instanceof Long && right instanceof Long && operator != '/';
        try {
            if (whole) {
                long a = (Long) left;
                long b = (Long) right;
                return switch (operator) {
                    case '+' -> Math.addExact(a, b);
                    case '-' -> Math.subtractExact(a, b);
                    case '*' -> Math.multiplyExact(a, b);
                    case '%' -> Math.floorMod(a, b);
                    default -> Math.floorDiv(a, b);
                };
            }
        } catch (ArithmeticException e) {
            throw new JinjaException("expected numbers that can be computed with, found " + left + " and " + right);
        }
        double a = Value.toDouble(left);
        double b = Value.toDouble(right);
        return switch (operator) {
            case '+' -> a + b;
            case '-' -> a - b;
            case '*' -> a * b;
            case '/' -> a / b;
            default -> throw new JinjaException("expected whole numbers around " + operator);
        };
    }

    private Expression concatenation() {
        Expression value = product();
        while (operator("~")) {
            value = combined(
                    value,
                    (scope, a, b) -> {
                        Text left = Value.printed(a);
                        Text right = Value.printed(b);
                        scope.budget.characters((long) left.length() + right.length());
                        return left.and(right);
                    },
                    product());
        }
        return value;
    }

    private Expression product() {
        Expression value = unary();
        while (true) {
            if (operator("*")) {
                value = combined(value, (scope, a, b) -> arithmetic(a, b, '*'), unary());
            } else if (operator("//")) {
                value = combined(value, (scope, a, b) -> arithmetic(a, b, 'd'), unary());
            } else if (operator("/")) {
                value = combined(value, (scope, a, b) -> arithmetic(a, b, '/'), unary());
            } else if (operator("%")) {
                value = combined(value, (scope, a, b) -> arithmetic(a, b, '%'), unary());
            } else {
                return value;
            }
        }
    }

    private Expression unary() {
        if (operator("-")) {
            Expression value = postfix(primary());
            return filtered(scope -> arithmetic(0L, value.in(scope), '-'));
        }
        operator("+");
        return filtered(postfix(primary()));
    }

    private Expression primary() {
        Lexer.Token token = next();
        return switch (token.kind()) {
            case STRING -> {
                String whole = token.text();
                while (peek().kind() == Lexer.Kind.STRING) {
                    whole += next().text();
                }
                Text text = Text.own(whole);
                yield scope -> text;
            }
            case NUMBER -> number(token);
            case NAME -> named(token.text());
            case OPERATOR -> bracketed(token);
            default -> {
                at--;
                throw fault("a value");
            }
        };
    }

    private static Expression number(Lexer.Token token) {
        try {
            Object number =
                    token.text().contains(".") ? (Object) Double.valueOf(token.text()) : Long.valueOf(token.text());
            return scope -> number;
        } catch (NumberFormatException e) {
            throw Lexer.fault(token.at(), "a number");
        }
    }

    private static Expression named(String name) {
        return switch (name) {
            case "true", "True" -> scope -> true;
            case "false", "False" -> scope -> false;
            case "none", "None" -> scope -> Value.Nothing.NONE;
            default -> scope -> scope.get(name);
        };
    }

    private Expression bracketed(Lexer.Token token) {
        return switch (token.text()) {
            case "(" -> parenthesized();
            case "[" -> listed();
            case "{" -> mapped();
            default -> {
                at--;
                throw fault("a value");
            }
        };
    }

    private Expression parenthesized() {
        if (operator(")")) {
            return scope -> List.of();
        }
        Expression first = expression();
        if (operator(")")) {
            return first;
        }
        List<Expression> all = new ArrayList<>(List.of(first));
        while (operator(",") && !is(Lexer.Kind.OPERATOR, ")")) {
            all.add(expression());
        }
        require(Lexer.Kind.OPERATOR, ")");
        return list(all);
    }

    private Expression listed() {
        List<Expression> all = new ArrayList<>();
        while (!operator("]")) {
            all.add(expression());
            if (!is(Lexer.Kind.OPERATOR, "]")) {
                require(Lexer.Kind.OPERATOR, ",");
            }
        }
        return list(all);
    }

    private Expression mapped() {
        Map<Expression, Expression> all = new LinkedHashMap<>();
        while (!operator("}")) {
            Expression key = expression();
            require(Lexer.Kind.OPERATOR, ":");
            all.put(key, expression());
            if (!is(Lexer.Kind.OPERATOR, "}")) {
                require(Lexer.Kind.OPERATOR, ",");
            }
        }
        return scope -> {
            Map<String, Object> map = new LinkedHashMap<>();
            all.forEach((key, value) -> map.put(Value.text(key.in(scope)).value(), value.in(scope)));
            return map;
        };
    }

    private static Expression list(List<Expression> all) {
        return scope -> {
            List<Object> values = new ArrayList<>();
            all.forEach(each -> values.add(each.in(scope)));
            return values;
        };
    }

    /** Members, items, slices and calls. */
    private Expression postfix(Expression first) {
        Expression value = first;
        while (true) {
            Expression of = value;
            if (operator(".")) {
                String name = peek().kind() == Lexer.Kind.NUMBER ? next().text() : name();
                if (operator("(")) {
                    Arguments arguments = arguments();
                    value = scope -> {
                        Object owner = of.in(scope);
                        Object member = owner instanceof Map<?, ?> map ? map.get(name) : null;
                        return member instanceof Value.Function function
                                ? function.call(scope, arguments.in(scope), arguments.named(scope))
                                : Library.method(scope, owner, name, arguments.in(scope), arguments.named(scope));
                    };
                } else {
                    value = scope -> Library.member(of.in(scope), name);
                }
            } else if (operator("[")) {
                value = item(of);
            } else if (operator("(")) {
                Arguments arguments = arguments();
                value = scope -> {
                    if (of.in(scope) instanceof Value.Function function) {
                        return function.call(scope, arguments.in(scope), arguments.named(scope));
                    }
                    throw Value.wrong("something to call", of.in(scope));
                };
            } else {
                return value;
            }
        }
    }

    private Expression item(Expression of) {
        Expression from = is(Lexer.Kind.OPERATOR, ":") ? null : expression();
        if (operator("]")) {
            return scope -> indexed(of.in(scope), from == null ? Value.Nothing.NONE : from.in(scope));
        }
        require(Lexer.Kind.OPERATOR, ":");
        Expression to = is(Lexer.Kind.OPERATOR, "]") || is(Lexer.Kind.OPERATOR, ":") ? null : expression();
        Expression step = operator(":") && !is(Lexer.Kind.OPERATOR, "]") ? expression() : null;
        require(Lexer.Kind.OPERATOR, "]");
        return scope -> sliced(of.in(scope), bound(from, scope), bound(to, scope), bound(step, scope));
    }

    private static @Nullable Integer bound(@Nullable Expression expression, Scope scope) {
        return expression == null ? null : (Integer) Value.whole(expression.in(scope));
    }

    private static Object indexed(Object value, Object key) {
        if (key instanceof Text name) {
            return Library.member(value, name.value());
        }
        List<Object> items = Value.items(value);
        int index = Value.whole(key);
        int from = index < 0 ? index + items.size() : index;
        return from < 0 || from >= items.size() ? new Value.Undefined("item " + index) : items.get(from);
    }

    private static Object sliced(Object value, @Nullable Integer from, @Nullable Integer to, @Nullable Integer step) {
        List<Object> items = Value.items(value);
        int by = step == null ? 1 : step;
        if (by != 1 && by != -1) {
            throw new JinjaException("expected a slice that goes by 1 or -1");
        }
        if (by == -1 && (from != null || to != null)) {
            throw new JinjaException("expected a slice of the whole where it goes backwards");
        }
        int size = items.size();
        int first = from == null ? 0 : Math.clamp(from < 0 ? (long) from + size : from, 0, size);
        int last = to == null ? size : Math.clamp(to < 0 ? (long) to + size : to, 0, size);
        List<Object> part = new ArrayList<>(items.subList(first, Math.max(first, last)));
        if (by == -1) {
            part = part.reversed();
        }
        if (value instanceof Text) {
            Text text = Text.EMPTY;
            for (Object each : part) {
                text = text.and((Text) each);
            }
            return text;
        }
        return part;
    }

    /** What a call is given. */
    private record Arguments(List<Expression> plain, Map<String, Expression> byName) {

        List<Object> in(Scope scope) {
            List<Object> values = new ArrayList<>();
            plain.forEach(each -> values.add(each.in(scope)));
            return values;
        }

        Map<String, Object> named(Scope scope) {
            Map<String, Object> values = new LinkedHashMap<>();
            byName.forEach((name, each) -> values.put(name, each.in(scope)));
            return values;
        }
    }

    private Arguments arguments() {
        Arguments arguments = new Arguments(new ArrayList<>(), new LinkedHashMap<>());
        while (!operator(")")) {
            Lexer.Token ahead = tokens.get(at + 1);
            if (peek().kind() == Lexer.Kind.NAME
                    && ahead.kind() == Lexer.Kind.OPERATOR
                    && ahead.text().equals("=")) {
                String name = name();
                at++;
                arguments.byName.put(name, expression());
            } else {
                arguments.plain.add(expression());
            }
            if (!is(Lexer.Kind.OPERATOR, ")")) {
                require(Lexer.Kind.OPERATOR, ",");
            }
        }
        return arguments;
    }

    /** Filters and tests, one after another. */
    private Expression filtered(Expression first) {
        Expression value = first;
        while (true) {
            Expression of = value;
            if (operator("|")) {
                Value.Function filter = Library.filter(name());
                Arguments arguments = operator("(") ? arguments() : new Arguments(List.of(), Map.of());
                value = postfix(scope -> {
                    scope.budget.step();
                    List<Object> all = new ArrayList<>(List.of(of.in(scope)));
                    all.addAll(arguments.in(scope));
                    return filter.call(scope, all, arguments.named(scope));
                });
            } else if (word("is")) {
                boolean negative = word("not");
                String name = operator("==") ? "==" : name();
                BiPredicate<Object, List<Object>> test = Library.test(name);
                List<Expression> argument = new ArrayList<>();
                if (operator("(")) {
                    argument.addAll(arguments().plain);
                } else if (peek().kind() == Lexer.Kind.STRING
                        || peek().kind() == Lexer.Kind.NUMBER
                        || (name.equals("in") && !is(Lexer.Kind.BLOCK_END, ""))) {
                    argument.add(postfix(primary()));
                }
                value = scope -> {
                    List<Object> values = new ArrayList<>();
                    argument.forEach(each -> values.add(each.in(scope)));
                    return test.test(of.in(scope), values) != negative;
                };
            } else {
                return value;
            }
        }
    }
}
