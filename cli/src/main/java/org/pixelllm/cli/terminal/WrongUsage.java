package org.pixelllm.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Says what is wrong with a command line, and what was probably meant.
 *
 * @param first what was typed in a command's place where it is none, so that it was taken as a text; else null
 * @param ended whether {@code --} has ended the options, so that words with a dash are texts
 * @param commands all commands
 */
public record WrongUsage(@Nullable String first, boolean ended, Supplier<Map<String, CommandSpec>> commands) {

    private static final String TEXT = "TEXT";
    private static final String DASHED_TEXT = " A text that begins with a dash comes after --.";

    /** The message, without the command that explains more. */
    public String words(ParameterException e) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        return switch (e) {
            case UnmatchedArgumentException unmatched -> unmatched(command, unmatched.getUnmatched());
            case MissingParameterException missing -> missing(command, missing);
            case OverwrittenOptionException twice
            when twice.getOverwritten() instanceof OptionSpec option -> name(option) + " is given twice.";
            default -> value(e);
        };
    }

    private String unmatched(CommandSpec command, List<String> words) {
        String word = words.getFirst();
        if (first != null) {
            String meant = Suggestions.nearest(first, commands.get().keySet());
            if (meant != null) {
                return unknownCommand(first, meant);
            }
        }
        if (!ended && word.startsWith("-") && !word.equals(TextArgument.STANDARD_INPUT)) {
            return option(command, word);
        }
        if (!command.subcommands().isEmpty()) {
            return command.name() + ": unknown command '" + word + "'."
                    + Suggestions.question(word, command.subcommands().keySet());
        }
        PositionalParamSpec last = command.positionalParameters().isEmpty()
                ? null
                : command.positionalParameters().getLast();
        if (last == null) {
            return command.name() + " takes options only, found '" + word + "'.";
        }
        if (!last.paramLabel().equals(TEXT)) {
            return command.name() + ": '" + word + "' is one too many after "
                    + command.positionalParameters().stream()
                            .map(ArgSpec::paramLabel)
                            .collect(Collectors.joining(" ")) + ".";
        }
        return "expected one text, found '" + word + "' after it. Quote the text: pixel-llm "
                + (first == null ? command.name() + " " : "") + quoted(last.stringValues(), words) + ".";
    }

    /** Everything that was given as one text, as a shell would have it. */
    private static String quoted(List<String> taken, List<String> rest) {
        List<String> all = new ArrayList<>(taken);
        all.addAll(rest);
        return "'" + String.join(" ", all).replace("'", "'\\''") + "'";
    }

    /** A word that is no command but looks like one. */
    public static String unknownCommand(String word, @Nullable String meant) {
        return "unknown command '" + word + "'." + (meant == null ? "" : " Did you mean '" + meant + "'?");
    }

    private String option(CommandSpec command, String word) {
        String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
        List<String> own = names(command);
        String meant = Suggestions.nearest(name, own);
        if (meant != null) {
            return "unknown option '" + name + "'. Did you mean '" + meant + "'?";
        }
        for (CommandSpec other : commands.get().values()) {
            String its = Suggestions.nearest(name, names(other));
            if (its != null && !own.contains(its)) {
                return command.name() + " has no option '" + name + "'; " + other.name() + " has '" + its + "'.";
            }
        }
        boolean takesText = command.positionalParameters().stream()
                .anyMatch(each -> each.paramLabel().equals(TEXT));
        return "unknown option '" + name + "'." + (takesText ? DASHED_TEXT : "");
    }

    /** The long names: a suggestion should say what it is. */
    private static List<String> names(CommandSpec command) {
        return command.options().stream().map(OptionSpec::longestName).toList();
    }

    private static String missing(CommandSpec command, MissingParameterException e) {
        String message = String.valueOf(e.getMessage());
        if (e.getMissing().size() == 1
                && e.getMissing().getFirst() instanceof OptionSpec option
                && !message.startsWith("Missing required option")) {
            return name(option) + ": expected " + option.paramLabel() + " after it, found "
                    + (message.contains("but found '")
                            ? message.substring(message.indexOf("but found '") + "but found ".length())
                            : "nothing")
                    + ".";
        }
        List<ArgSpec> missing = e.getMissing();
        String words = missing.stream().map(WrongUsage::words).collect(Collectors.joining(" and "));
        return command.name() + ": " + words + (missing.size() == 1 ? " is missing." : " are missing.");
    }

    private static String words(ArgSpec arg) {
        return arg instanceof OptionSpec option ? option.shortestName() + " " + option.paramLabel() : arg.paramLabel();
    }

    private static String name(OptionSpec option) {
        return String.join(", ", option.names());
    }

    /** A value that its option does not take. */
    private static String value(ParameterException e) {
        if (e.getCause() instanceof TypeConversionException wrong && e.getArgSpec() != null) {
            ArgSpec arg = e.getArgSpec();
            String name = arg instanceof OptionSpec option ? name(option) : arg.paramLabel();
            return name + ": " + wrong.getMessage();
        }
        return String.valueOf(e.getMessage());
    }
}
