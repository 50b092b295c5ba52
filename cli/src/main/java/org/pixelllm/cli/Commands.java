package org.pixelllm.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.answer.GenerateCommand;
import org.pixelllm.cli.answer.InferCommand;
import org.pixelllm.cli.answer.WatchCommand;
import org.pixelllm.cli.daemon.DaemonCommand;
import org.pixelllm.cli.diff.DiffCommand;
import org.pixelllm.cli.file.AsmCommand;
import org.pixelllm.cli.file.DecodeCommand;
import org.pixelllm.cli.file.DisasmCommand;
import org.pixelllm.cli.file.EncodeCommand;
import org.pixelllm.cli.file.InspectCommand;
import org.pixelllm.cli.file.VerifyCommand;
import org.pixelllm.cli.file.ViewCommand;
import org.pixelllm.cli.folder.ServeFolderCommand;
import org.pixelllm.cli.help.CompletionCommand;
import org.pixelllm.cli.help.HelpCommand;
import org.pixelllm.cli.help.HelpText;
import org.pixelllm.cli.help.VersionCommand;
import org.pixelllm.cli.look.LookCommand;
import org.pixelllm.cli.look.ProfileCommand;
import org.pixelllm.cli.model.ConformanceCommand;
import org.pixelllm.cli.model.ConvertCommand;
import org.pixelllm.cli.model.DevicesCommand;
import org.pixelllm.cli.model.ImportCommand;
import org.pixelllm.cli.model.TrainCommand;
import org.pixelllm.cli.page.PageCommand;
import org.pixelllm.cli.serve.ServeCommand;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Failures;
import org.pixelllm.cli.terminal.Suggestions;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.TextArgument;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.cli.terminal.WrongUsage;
import org.pixelllm.engine.PixelLlm;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** All commands, and how a command line finds its one. */
final class Commands {

    private static final String PROGRAM = "pixel-llm";
    private static final String DEFAULT_COMMAND = "infer";
    private static final String END_OF_OPTIONS = "--";
    private static final Set<String> HELP = Set.of("-h", "--help");
    private static final Set<String> VERSION = Set.of("-V", "--version");

    /** A shorter command is too near to common words for a single word to be a slip of it. */
    private static final int LEAST_SLIP = 6;

    private static final Map<String, Function<Terminal, Command>> ALL = all();

    private Commands() {}

    /** All commands, in the order that the help shows. */
    private static Map<String, Function<Terminal, Command>> all() {
        Map<String, Function<Terminal, Command>> all = new LinkedHashMap<>();
        all.put("infer", InferCommand::new);
        all.put("generate", GenerateCommand::new);
        all.put("watch", WatchCommand::new);
        all.put("serve-folder", ServeFolderCommand::new);
        all.put("serve", ServeCommand::new);
        all.put("daemon", terminal -> new DaemonCommand(terminal, Main.class, Commands::run));
        all.put("look", LookCommand::new);
        all.put("profile", ProfileCommand::new);
        all.put("devices", DevicesCommand::new);
        all.put("diff", DiffCommand::new);
        all.put("encode", EncodeCommand::new);
        all.put("decode", DecodeCommand::new);
        all.put("inspect", InspectCommand::new);
        all.put("verify", VerifyCommand::new);
        all.put("view", ViewCommand::new);
        all.put("page", PageCommand::new);
        all.put("asm", AsmCommand::new);
        all.put("disasm", DisasmCommand::new);
        all.put("import", ImportCommand::new);
        all.put("convert", ConvertCommand::new);
        all.put("train", TrainCommand::new);
        all.put("conformance", ConformanceCommand::new);
        all.put("completion", terminal -> new CompletionCommand(terminal, () -> root(terminal)));
        all.put("help", terminal -> new HelpCommand(terminal, all.keySet(), () -> root(terminal)));
        all.put("version", VersionCommand::new);
        return all;
    }

    static Set<String> names() {
        return ALL.keySet();
    }

    /**
     * Runs one command. Whatever goes wrong ends as one message.
     *
     * @return the exit code
     */
    static int run(Terminal terminal, String... args) {
        try {
            int code = execute(terminal, args);
            terminal.settle();
            return code;
        } catch (Throwable t) {
            return Failures.end(terminal, t, hasOption(args, Command.VERBOSE), hasOption(args, Command.JSON))
                    .code();
        }
    }

    private static int execute(Terminal terminal, String... args) throws Exception {
        if (args.length == 0) {
            if (terminal.caller().asks()) {
                terminal.caller().admit("help");
                HelpText.print(terminal.err(), root(terminal), terminal.screen().textColumns());
                return ExitCode.USAGE.code();
            }
            return parse(terminal, null, DEFAULT_COMMAND, TextArgument.STANDARD_INPUT);
        }
        String word = args[0];
        if (HELP.contains(word)) {
            return parse(terminal, null, "help");
        }
        if (VERSION.contains(word)) {
            return parse(terminal, null, "version");
        }
        if (ALL.containsKey(word)) {
            return parse(terminal, null, args);
        }
        if (word.indexOf(' ') < 0) {
            requireNoSlip(word);
        }
        String[] full = new String[args.length + 1];
        full[0] = DEFAULT_COMMAND;
        System.arraycopy(args, 0, full, 1, args.length);
        return parse(terminal, word.startsWith("-") ? null : word, full);
    }

    /** A single word is a text, unless it is a long command but for one letter. */
    private static void requireNoSlip(String word) {
        String meant = word.length() < LEAST_SLIP - 1 ? null : Suggestions.nearest(word, ALL.keySet());
        if (meant != null && meant.length() >= LEAST_SLIP && Suggestions.isSlip(word, meant)) {
            throw new UsageException(WrongUsage.unknownCommand(word, meant) + " For an answer to the word: " + PROGRAM
                    + " " + DEFAULT_COMMAND + " " + word);
        }
    }

    /**
     * Runs a command line that begins with a command.
     *
     * @param first what was typed in the command's place, if not the command
     */
    private static int parse(Terminal terminal, @Nullable String first, String... args) throws Exception {
        if (hasHelp(args)) {
            terminal.caller().admit("help");
            List<String> words = Arrays.asList(args);
            HelpText.print(
                    terminal.out(),
                    HelpText.find(root(terminal), words),
                    terminal.screen().textColumns());
            return ExitCode.OK.code();
        }
        terminal.caller().admit(args[0]);
        CommandSpec root = CommandSpec.create().name(PROGRAM);
        CommandLine line = new CommandLine(root);
        // Only the one that is asked for: a request should not wait for options that it does not use.
        Function<Terminal, Command> command = ALL.get(args[0]);
        if (command != null) {
            line.addSubcommand(args[0], command.apply(terminal).spec());
        }
        line.setExpandAtFiles(false); // a text may begin with @
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setExecutionExceptionHandler((e, parsed, result) -> Failures.end(
                        terminal,
                        e,
                        parsed.getParseResult().hasMatchedOption(Command.VERBOSE),
                        hasOption(args, Command.JSON))
                .code());
        line.setParameterExceptionHandler((e, rest) -> usage(terminal, first, e, args));
        return line.execute(args);
    }

    private static int usage(Terminal terminal, @Nullable String first, ParameterException e, String... args) {
        boolean ended = Arrays.asList(args).contains(END_OF_OPTIONS);
        String words = new WrongUsage(first, ended, () -> specs(terminal)).words(e);
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        Failures.usage(terminal, words, '"' + name + " --help\" lists the options.", hasOption(args, Command.JSON));
        return ExitCode.USAGE.code();
    }

    /** Whether an option is among the arguments, whatever else is wrong with them. */
    private static boolean hasOption(String[] args, String option) {
        for (String each : args) {
            if (each.equals(END_OF_OPTIONS)) {
                return false;
            }
            if (each.equals(option)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasHelp(String[] args) {
        return hasOption(args, "-h") || hasOption(args, "--help");
    }

    private static Map<String, CommandSpec> specs(Terminal terminal) {
        Map<String, CommandSpec> specs = new LinkedHashMap<>();
        ALL.forEach((name, command) -> specs.put(name, command.apply(terminal).spec()));
        return specs;
    }

    /** The program with all its commands. */
    static CommandSpec root(Terminal terminal) {
        CommandSpec root = CommandSpec.create().name(PROGRAM).version(PROGRAM + " " + PixelLlm.VERSION);
        root.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build());
        root.addOption(OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Show the version.")
                .build());
        root.usageMessage()
                .customSynopsis("pixel-llm TEXT", "pixel-llm COMMAND [OPTIONS]")
                .description("A language-model coprocessor whose only API is images.")
                .footer("pixel-llm help COMMAND explains a command.", ExitCode.sentence());
        specs(terminal).forEach(root::addSubcommand);
        return root;
    }
}
