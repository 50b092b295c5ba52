package org.pixelllm.cli.help;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.pixelllm.cli.terminal.Suggestions;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.cli.terminal.WrongUsage;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The help of the program and of a command, as lines of some width. */
public final class HelpText {

    private static final int MOST_TERM = 28;
    private static final String INDENT = "  ";

    private final CommandSpec command;
    private final int columns;
    private final List<String> lines = new ArrayList<>();

    private HelpText(CommandSpec command, int columns) {
        this.command = command;
        this.columns = columns;
    }

    /** Prints a command's help. */
    public static void print(PrintStream out, CommandSpec command, int columns) {
        lines(command, columns).forEach(out::println);
    }

    /**
     * The command that words begin with; further words are left out.
     *
     * @throws UsageException if the first is no command
     */
    public static CommandSpec find(CommandSpec root, List<String> words) {
        CommandSpec found = root;
        for (String word : words) {
            CommandLine next = found.subcommands().get(word);
            if (next == null) {
                if (found == root) {
                    String meant = Suggestions.nearest(word, root.subcommands().keySet());
                    throw new UsageException(WrongUsage.unknownCommand(word, meant));
                }
                break;
            }
            found = next.getCommandSpec();
        }
        return found;
    }

    /** A command's help. */
    static List<String> lines(CommandSpec command, int columns) {
        HelpText help = new HelpText(command, columns);
        help.make();
        return List.copyOf(help.lines);
    }

    private void make() {
        paragraph(String.join(" ", command.usageMessage().description()));
        lines.add("");
        String usage = "Usage: ";
        for (String each : synopsis(command)) {
            usage(usage, each);
            usage = " ".repeat(usage.length());
        }
        Introduction introduction = Introduction.of(command.name());
        for (String each : introduction.paragraphs()) {
            if (!each.startsWith(" ") || !lines.getLast().startsWith(INDENT + INDENT)) {
                lines.add("");
            }
            paragraph(each);
        }
        if (!command.positionalParameters().isEmpty()) {
            lines.add("");
        }
        for (PositionalParamSpec each : command.positionalParameters()) {
            item(INDENT + each.paramLabel(), description(each));
        }
        if (!command.subcommands().isEmpty()) {
            lines.add("");
            lines.add("Commands:");
        }
        command.subcommands()
                .forEach((name, each) -> item(
                        INDENT + name,
                        String.join(" ", each.getCommandSpec().usageMessage().description())));
        OptionGroups.of(command).forEach((heading, options) -> {
            lines.add("");
            lines.add(heading + ":");
            options.forEach(each -> item(INDENT + term(each), description(each)));
        });
        for (String each : command.usageMessage().footer()) {
            lines.add("");
            paragraph(each);
        }
    }

    /** The ways to call a command. */
    static List<String> synopsis(CommandSpec command) {
        String[] own = command.usageMessage().customSynopsis();
        if (own.length > 0) {
            return List.of(own);
        }
        String program = command.root().name() + " ";
        List<String> told = Introduction.of(command.name()).synopsis();
        if (!told.isEmpty()) {
            return told.stream().map(each -> program + each).toList();
        }
        String required = command.options().stream()
                .filter(ArgSpec::required)
                .map(each -> " " + each.shortestName() + " " + each.paramLabel())
                .collect(Collectors.joining());
        String places = command.positionalParameters().stream()
                .map(each -> each.required() ? " " + each.paramLabel() : " [" + each.paramLabel() + "]")
                .collect(Collectors.joining());
        return List.of(command.qualifiedName() + " [OPTIONS]" + places + required);
    }

    private static String description(ArgSpec arg) {
        return String.join(" ", arg.description());
    }

    /** {@code -k, --top K}; names of one letter stand in a column of their own. */
    static String term(OptionSpec option) {
        String names = String.join(", ", option.names());
        String label = takesValue(option) ? " " + option.paramLabel() : "";
        return (names.startsWith("--") ? "    " : "") + names + label;
    }

    static boolean takesValue(OptionSpec option) {
        return option.arity().max() > 0;
    }

    /** Running text. */
    private void paragraph(String text) {
        if (text.startsWith(" ")) {
            lines.add(text);
        } else {
            lines.addAll(wrapped(text, columns));
        }
    }

    private void usage(String before, String way) {
        String left = before;
        for (String each : wrapped(way, columns - before.length())) {
            lines.add(left + each);
            left = " ".repeat(before.length());
        }
    }

    /** A term and what it means, side by side. */
    private void item(String term, String meaning) {
        int room = Math.min(MOST_TERM, Math.max(term.length(), width()));
        boolean fits = term.length() <= room;
        List<String> rest = wrapped(meaning, columns - room - INDENT.length());
        if (!fits) {
            lines.add(term);
        }
        for (int i = 0; i < rest.size(); i++) {
            String left = i == 0 && fits ? term : "";
            lines.add((left + " ".repeat(room + INDENT.length() - left.length()) + rest.get(i)).stripTrailing());
        }
    }

    /** The widest term that others are set beside. */
    private int width() {
        int widest = 0;
        for (OptionSpec each : command.options()) {
            widest = Math.max(widest, INDENT.length() + term(each).length());
        }
        for (String each : command.subcommands().keySet()) {
            widest = Math.max(widest, INDENT.length() + each.length());
        }
        return widest;
    }

    /** Lines of at most some width, at least one; a word that is longer has its own. */
    static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /** All commands and their own ones, with their full names. */
    static Map<String, CommandSpec> all(CommandSpec root) {
        Map<String, CommandSpec> all = new LinkedHashMap<>();
        root.subcommands().forEach((name, each) -> {
            all.put(name, each.getCommandSpec());
            each.getCommandSpec()
                    .subcommands()
                    .forEach((below, its) -> all.put(name + " " + below, its.getCommandSpec()));
        });
        return all;
    }
}
