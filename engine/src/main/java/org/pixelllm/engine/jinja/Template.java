package org.pixelllm.engine.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A template, as Hugging Face's library runs those of chat models: blocks trim the line after them and the white space before them,
 * and {@code raise_exception}, {@code strftime_now}, {@code namespace}, {@code range}, macros, and loops with {@code break} are there. What a
 * template prints remembers which characters came with the values.
 */
public final class Template {

    /** The longest template; known ones have up to 30,000 characters. */
    public static final int MAX_CHARACTERS = 1 << 18;

    private final Statement body;

    private Template(Statement body) {
        this.body = body;
    }

    /**
     * Reads a template.
     *
     * @throws JinjaException where it is malformed, too long, or of a syntax that is not known here
     */
    public static Template of(String source) {
        if (source.length() > MAX_CHARACTERS) {
            throw new JinjaException(
                    "expected a template of at most " + MAX_CHARACTERS + " characters, found " + source.length());
        }
        Parser parser = new Parser(Lexer.tokens(source));
        return new Template(parser.all());
    }

    /**
     * What it prints.
     *
     * @param values by name: {@link Text}, whole numbers as {@code Long}, {@code Boolean}, and lists and maps of these
     * @throws JinjaException where the template refuses them, or does what cannot be done
     */
    public Text render(Map<String, Object> values) {
        Scope scope = new Scope(new Budget());
        Library.FUNCTIONS.forEach(scope::set);
        values.forEach(scope::set);
        Printed out = new Printed(scope.budget);
        body.run(scope, out);
        return out.text();
    }

    /** What is printed so far. */
    private static final class Printed {

        private final StringBuilder value = new StringBuilder();
        private final StringBuilder marks = new StringBuilder();
        private final Budget budget;

        Printed(Budget budget) {
            this.budget = budget;
        }

        void add(Text text) {
            budget.characters(text.length());
            value.append(text.value());
            marks.append(text.marks());
        }

        Text text() {
            return new Text(value.toString(), marks.toString());
        }
    }

    /** How a statement ends. */
    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    /** Something to be done. */
    @FunctionalInterface
    private interface Statement {
        Flow run(Scope scope, Printed out);
    }

    /** Reads statements. */
    private static final class Parser extends Expressions {

        private static final int MAX_NESTING = 64;

        private int nesting;

        Parser(List<Lexer.Token> tokens) {
            super(tokens);
        }

        Statement all() {
            Statement body = until(Set.of());
            if (peek().kind() != Lexer.Kind.END) {
                throw fault("the end of the template");
            }
            return body;
        }

        /** Everything up to a block that begins with one of these words, which is left to be read. */
        private Statement until(Set<String> ends) {
            if (++nesting > MAX_NESTING) {
                throw fault("at most " + MAX_NESTING + " blocks in each other");
            }
            List<Statement> all = new ArrayList<>();
            while (peek().kind() != Lexer.Kind.END) {
                if (peek().kind() == Lexer.Kind.TEXT) {
                    Text text = Text.own(next().text());
                    all.add((scope, out) -> {
                        out.add(text);
                        return Flow.ON;
                    });
                } else if (take(Lexer.Kind.OUTPUT_START, "")) {
                    Expression value = expression();
                    require(Lexer.Kind.OUTPUT_END, "");
                    all.add((scope, out) -> {
                        scope.budget.step();
                        out.add(Value.printed(value.in(scope)));
                        return Flow.ON;
                    });
                } else {
                    require(Lexer.Kind.BLOCK_START, "");
                    if (peek().kind() == Lexer.Kind.NAME && ends.contains(peek().text())) {
                        nesting--;
                        return block(all);
                    }
                    all.add(statement(name()));
                }
            }
            if (!ends.isEmpty()) {
                throw fault("one of " + ends);
            }
            nesting--;
            return block(all);
        }

        private static Statement block(List<Statement> all) {
            Statement[] statements = all.toArray(Statement[]::new);
            return (scope, out) -> {
                for (Statement each : statements) {
                    Flow flow = each.run(scope, out);
                    if (flow != Flow.ON) {
                        return flow;
                    }
                }
                return Flow.ON;
            };
        }

        private void end() {
            require(Lexer.Kind.BLOCK_END, "");
        }

        private void end(String word) {
            require(Lexer.Kind.NAME, word);
            end();
        }

        private Statement statement(String word) {
            return switch (word) {
                case "if" -> condition();
                case "for" -> loop();
                case "set" -> assignment();
                case "macro" -> macro();
                case "generation" -> {
                    end();
                    Statement body = until(Set.of("endgeneration"));
                    end("endgeneration");
                    yield body;
                }
                case "break" -> {
                    end();
                    yield (scope, out) -> Flow.BREAK;
                }
                case "continue" -> {
                    end();
                    yield (scope, out) -> Flow.CONTINUE;
                }
                default ->
                    throw fault(
                            "a statement that is known (if, for, set, macro, generation, break, continue) instead of "
                                    + word);
            };
        }

        private Statement condition() {
            Expression condition = expression();
            end();
            Statement then = until(Set.of("elif", "else", "endif"));
            Statement otherwise = (scope, out) -> Flow.ON;
            if (word("elif")) {
                otherwise = condition();
            } else {
                if (word("else")) {
                    end();
                    otherwise = until(Set.of("endif"));
                }
                end("endif");
            }
            Statement last = otherwise;
            return (scope, out) -> {
                scope.budget.step();
                return Value.isTrue(condition.in(scope)) ? then.run(scope, out) : last.run(scope, out);
            };
        }

        private List<String> names() {
            List<String> names = new ArrayList<>();
            boolean bracket = operator("(");
            do {
                names.add(name());
            } while (operator(","));
            if (bracket) {
                require(Lexer.Kind.OPERATOR, ")");
            }
            return names;
        }

        private Statement loop() {
            List<String> names = names();
            require(Lexer.Kind.NAME, "in");
            Expression items = withoutChoice();
            Expression filter = word("if") ? expression() : scope -> true;
            end();
            Statement body = until(Set.of("else", "endfor"));
            Statement empty = (scope, out) -> Flow.ON;
            if (word("else")) {
                end();
                empty = until(Set.of("endfor"));
            }
            end("endfor");
            Statement otherwise = empty;
            return (scope, out) -> {
                List<Object> chosen = new ArrayList<>();
                for (Object each : Value.items(items.in(scope))) {
                    Scope inner = scope.inner();
                    assign(inner, names, each);
                    scope.budget.step();
                    if (Value.isTrue(filter.in(inner))) {
                        chosen.add(each);
                    }
                }
                return chosen.isEmpty() ? otherwise.run(scope, out) : run(chosen, names, body, scope, out);
            };
        }

        private static Flow run(List<Object> items, List<String> names, Statement body, Scope scope, Printed out) {
            for (int i = 0; i < items.size(); i++) {
                scope.budget.step();
                Scope inner = scope.inner();
                assign(inner, names, items.get(i));
                inner.set("loop", position(items, i));
                if (body.run(inner, out) == Flow.BREAK) {
                    break;
                }
            }
            return Flow.ON;
        }

        private static Map<String, Object> position(List<Object> items, int i) {
            Map<String, Object> loop = new LinkedHashMap<>();
            loop.put("index", i + 1L);
            loop.put("index0", (long) i);
            loop.put("revindex", (long) items.size() - i);
            loop.put("revindex0", (long) items.size() - i - 1);
            loop.put("first", i == 0);
            loop.put("last", i == items.size() - 1);
            loop.put("length", (long) items.size());
            loop.put("previtem", i > 0 ? items.get(i - 1) : new Value.Undefined("previtem"));
            loop.put("nextitem", i + 1 < items.size() ? items.get(i + 1) : new Value.Undefined("nextitem"));
            loop.put("cycle", (Value.Function) (scope, arguments, named) ->
                    Library.argument(arguments, arguments.isEmpty() ? 0 : i % arguments.size()));
            return loop;
        }

        private static void assign(Scope scope, List<String> names, Object value) {
            if (names.size() == 1) {
                scope.set(names.getFirst(), value);
                return;
            }
            List<Object> values = Value.items(value);
            if (values.size() != names.size()) {
                throw new JinjaException(
                        "expected " + names.size() + " values for " + names + ", found " + values.size());
            }
            for (int i = 0; i < names.size(); i++) {
                scope.set(names.get(i), values.get(i));
            }
        }

        private Statement assignment() {
            List<String> names = names();
            String member = names.size() == 1 && operator(".") ? name() : "";
            if (operator("=")) {
                Expression first = expression();
                List<Expression> more = new ArrayList<>(List.of(first));
                while (operator(",")) {
                    more.add(expression());
                }
                end();
                Expression value = more.size() == 1
                        ? first
                        : scope -> {
                            List<Object> all = new ArrayList<>();
                            more.forEach(each -> all.add(each.in(scope)));
                            return all;
                        };
                return (scope, out) -> {
                    scope.budget.step();
                    set(scope, names, member, value.in(scope));
                    return Flow.ON;
                };
            }
            end();
            Statement body = until(Set.of("endset"));
            end("endset");
            return (scope, out) -> {
                Printed inner = new Printed(scope.budget);
                body.run(scope, inner);
                set(scope, names, member, inner.text());
                return Flow.ON;
            };
        }

        private static void set(Scope scope, List<String> names, String member, Object value) {
            if (member.isEmpty()) {
                assign(scope, names, value);
            } else if (scope.get(names.getFirst()) instanceof Value.Namespace namespace) {
                namespace.names().put(member, value);
            } else {
                throw Value.wrong("a namespace", scope.get(names.getFirst()));
            }
        }

        private Statement macro() {
            String name = name();
            Map<String, Expression> parameters = new LinkedHashMap<>();
            require(Lexer.Kind.OPERATOR, "(");
            while (!operator(")")) {
                String parameter = name();
                parameters.put(parameter, operator("=") ? expression() : scope -> new Value.Undefined(parameter));
                if (!is(Lexer.Kind.OPERATOR, ")")) {
                    require(Lexer.Kind.OPERATOR, ",");
                }
            }
            end();
            Statement body = until(Set.of("endmacro"));
            end("endmacro");
            Value.Function function = (scope, arguments, named) -> {
                if (arguments.size() > parameters.size()) {
                    throw new JinjaException("expected at most " + parameters.size() + " arguments of " + name);
                }
                scope.budget.enter();
                Scope inner = scope.outermost().inner();
                int index = 0;
                for (Map.Entry<String, Expression> each : parameters.entrySet()) {
                    Object given = index < arguments.size() ? arguments.get(index) : named.get(each.getKey());
                    inner.set(
                            each.getKey(),
                            given != null ? given : each.getValue().in(scope));
                    index++;
                }
                Printed out = new Printed(scope.budget);
                body.run(inner, out);
                scope.budget.leave();
                return out.text();
            };
            return (scope, out) -> {
                scope.set(name, function);
                return Flow.ON;
            };
        }
    }
}
