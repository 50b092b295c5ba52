package org.pixelllm.cli.terminal;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * One command. Options are declared in code and not by annotations: reading annotations takes longer than answering a
 * small request.
 */
public abstract class Command implements Callable<Integer> {

    public static final String VERBOSE = "--verbose";
    public static final String JSON = "--json";

    public final Terminal terminal;
    private final CommandSpec spec;
    private final Value<Boolean> verbose;

    public Command(String name, String description, Terminal terminal) {
        this.terminal = terminal;
        this.spec = CommandSpec.wrapWithoutInspection(this).name(name);
        spec.usageMessage().description(description);
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build());
        this.verbose = flag("Print what is done and why, and stack traces of errors.", "-v", VERBOSE);
    }

    /** The value given for an option or a parameter. */
    public record Value<T>(ArgSpec spec, @Nullable T fallback) {

        public boolean isGiven() {
            return spec.getValue() != null;
        }

        /** The value given, else the default, else null. */
        @Nullable
        public T orNull() {
            T value = spec.getValue();
            return value == null ? fallback : value;
        }

        /** The value of something that is required or has a default. */
        public T get() {
            T value = orNull();
            if (value == null) {
                throw new IllegalStateException("no value and no default");
            }
            return value;
        }
    }

    /**
     * Runs the command.
     *
     * @return what the process ends with
     * @throws Exception which {@link Failures} turns into a message and an exit code
     */
    protected abstract ExitCode execute() throws Exception;

    @Override
    public final Integer call() throws Exception {
        return execute().code();
    }

    public CommandSpec spec() {
        return spec;
    }

    public boolean verbose() {
        return verbose.get();
    }

    public Value<Boolean> flag(String description, String... names) {
        OptionSpec option = OptionSpec.builder(names)
                .type(Boolean.class)
                .arity("0")
                .converters((ITypeConverter<Boolean>) Boolean::valueOf)
                .description(description)
                .build();
        spec.addOption(option);
        return new Value<>(option, false);
    }

    public Value<Boolean> jsonFlag() {
        return flag("Print the result as JSON.", JSON);
    }

    public Value<Path> path(String label, String description, String... names) {
        return option(Path.class, this::path, label, description, null, false, names);
    }

    /** Several paths, after one mention of the option or several. */
    public Value<List<Path>> paths(String label, String description, String... names) {
        OptionSpec option = OptionSpec.builder(names)
                .type(List.class)
                .auxiliaryTypes(Path.class)
                .arity("1..*")
                .converters((ITypeConverter<Path>) this::path)
                .paramLabel(label)
                .description(description)
                .build();
        spec.addOption(option);
        return new Value<>(option, List.of());
    }

    /** Several texts, or none, after one mention of the option or several. */
    public Value<List<String>> texts(String label, String description, String... names) {
        OptionSpec option = OptionSpec.builder(names)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("0..*")
                .paramLabel(label)
                .description(description)
                .build();
        spec.addOption(option);
        return new Value<>(option, List.of());
    }

    public Value<Path> requiredPath(String label, String description, String... names) {
        return option(Path.class, this::path, label, description, null, true, names);
    }

    public Value<String> text(String label, String description, String fallback, String... names) {
        return option(String.class, word -> word, label, description, fallback, false, names);
    }

    public Value<String> optionalText(String label, String description, String... names) {
        return option(String.class, word -> word, label, description, null, false, names);
    }

    public Value<String> requiredText(String label, String description, String... names) {
        return option(String.class, word -> word, label, description, null, true, names);
    }

    public Value<Integer> optionalWhole(String label, String description, String... names) {
        return option(Integer.class, Command::whole, label, description, null, false, names);
    }

    public Value<Long> optionalLong(String label, String description, String... names) {
        return option(Long.class, Command::wholeLong, label, description, null, false, names);
    }

    public Value<Integer> whole(String label, String description, int fallback, String... names) {
        return option(Integer.class, Command::whole, label, description, fallback, false, names);
    }

    public Value<Double> real(String label, String description, double fallback, String... names) {
        return option(Double.class, Command::real, label, description, fallback, false, names);
    }

    /** One of several words, in capitals or not. */
    public Value<String> choice(
            List<String> words, String label, String description, String fallback, String... names) {
        return option(String.class, oneOf(words), label, description, fallback, false, words, names);
    }

    private static ITypeConverter<String> oneOf(List<String> words) {
        return word -> {
            for (String each : words) {
                if (each.equalsIgnoreCase(word)) {
                    return each;
                }
            }
            throw new TypeConversionException("expected one of " + String.join(", ", words) + ", found '" + word + "'."
                    + Suggestions.question(word, words));
        };
    }

    /** The only argument without an option's name, one of several words. */
    public Value<String> choice(List<String> words, String label, String description) {
        return parameter(String.class, oneOf(words), label, description, true, words);
    }

    /** The only argument without an option's name. */
    public <T> Value<T> parameter(
            Class<T> type, ITypeConverter<T> converter, String label, String description, boolean required) {
        return parameter(type, converter, label, description, required, List.of());
    }

    private <T> Value<T> parameter(
            Class<T> type,
            ITypeConverter<T> converter,
            String label,
            String description,
            boolean required,
            List<String> words) {
        PositionalParamSpec parameter = PositionalParamSpec.builder()
                .type(type)
                .completionCandidates(words)
                .converters(converter)
                .paramLabel(label)
                .description(description)
                .index("0")
                .arity(required ? "1" : "0..1")
                .required(required)
                .build();
        spec.addPositional(parameter);
        return new Value<>(parameter, null);
    }

    /** Any number of files, without an option's name. */
    public Value<List<Path>> files(String label, String description) {
        PositionalParamSpec parameter = PositionalParamSpec.builder()
                .type(List.class)
                .auxiliaryTypes(Path.class)
                .converters((ITypeConverter<Path>) this::path)
                .paramLabel(label)
                .description(description)
                .arity("0..*")
                .build();
        spec.addPositional(parameter);
        return new Value<>(parameter, null);
    }

    /** Any number of words, without an option's name; a shell offers those that are known. */
    public Value<List<String>> words(List<String> known, String label, String description) {
        PositionalParamSpec parameter = PositionalParamSpec.builder()
                .completionCandidates(known)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .converters((ITypeConverter<String>) word -> word)
                .paramLabel(label)
                .description(description)
                .arity("0..*")
                .build();
        spec.addPositional(parameter);
        return new Value<>(parameter, List.of());
    }

    public Value<Path> file(String label, String description) {
        return parameter(Path.class, this::path, label, description, true);
    }

    /** One of several arguments without an option's name, by its position. */
    public Value<Path> place(int index, String label, String description) {
        PositionalParamSpec parameter = PositionalParamSpec.builder()
                .type(Path.class)
                .converters((ITypeConverter<Path>) this::path)
                .paramLabel(label)
                .description(description)
                .index(String.valueOf(index))
                .arity("1")
                .required(true)
                .build();
        spec.addPositional(parameter);
        return new Value<>(parameter, null);
    }

    private <T> Value<T> option(
            Class<T> type,
            ITypeConverter<T> converter,
            String label,
            String description,
            @Nullable T fallback,
            boolean required,
            String... names) {
        return option(type, converter, label, description, fallback, required, List.of(), names);
    }

    private <T> Value<T> option(
            Class<T> type,
            ITypeConverter<T> converter,
            String label,
            String description,
            @Nullable T fallback,
            boolean required,
            List<String> words,
            String... names) {
        OptionSpec option = OptionSpec.builder(names)
                .type(type)
                .completionCandidates(words)
                .arity("1")
                .converters(converter)
                .paramLabel(label)
                .required(required)
                .description(fallback == null ? description : description + " Default: " + words(fallback) + ".")
                .build();
        spec.addOption(option);
        return new Value<>(option, fallback);
    }

    private static String words(Object fallback) {
        String words = fallback.toString();
        return fallback instanceof Double && words.endsWith(".0") ? words.substring(0, words.length() - 2) : words;
    }

    protected Path path(String word) {
        try {
            return terminal.folder().getFileSystem().getPath(word);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + word + "' cannot be the name of a file on this system.");
        }
    }

    private static int whole(String word) {
        long value = wholeLong(word);
        if (value != (int) value) {
            throw new TypeConversionException("expected a number from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE
                    + ", found '" + word + "'.");
        }
        return (int) value;
    }

    private static long wholeLong(String word) {
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("expected a whole number, found '" + word + "'.");
        }
    }

    private static double real(String word) {
        try {
            return Double.parseDouble(word);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("expected a number, found '" + word + "'.");
        }
    }
}
