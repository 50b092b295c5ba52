package org.pixelllm.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
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
import org.pixelllm.cli.look.LookCommand;
import org.pixelllm.cli.look.ProfileCommand;
import org.pixelllm.cli.model.ConformanceCommand;
import org.pixelllm.cli.model.ConvertCommand;
import org.pixelllm.cli.model.DevicesCommand;
import org.pixelllm.cli.model.ImportCommand;
import org.pixelllm.cli.model.TrainCommand;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Failures;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.engine.PixelLlm;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The entry point. An argument after {@code pixel-llm} that is not a subcommand is a text to answer. */
public final class Main {

    private static final String DEFAULT_COMMAND = "infer";
    private static final Map<String, Function<Terminal, Command>> COMMANDS = commands();
    private static final Set<String> ROOT_OPTIONS = Set.of("-h", "--help", "-V", "--version");

    private Main() {}

    public static void main(String[] args) {
        int code = run(Terminal.ofProcess(), args);
        System.out.flush();
        System.err.flush();
        // Not exit, which would load the logging system to log that it was called. Nothing waits for the end.
        Runtime.getRuntime().halt(code);
    }

    /**
     * Runs one command.
     *
     * @return the exit code
     */
    static int run(Terminal terminal, String... args) {
        String[] full = withCommand(args);
        CommandSpec root = root();
        if (full.length == 0 || ROOT_OPTIONS.contains(full[0])) {
            root.usageMessage().footer("", "pixel-llm COMMAND --help explains a command.", ExitCode.sentence());
        }
        CommandLine line = new CommandLine(root);
        // Only the one that is asked for: a request should not wait for options that it does not use.
        COMMANDS.forEach((name, command) -> {
            if (full.length == 0 || full[0].equals(name) || ROOT_OPTIONS.contains(full[0])) {
                line.addSubcommand(name, command.apply(terminal).spec());
            }
        });
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setExecutionExceptionHandler((e, command, parsed) -> Failures.report(
                        terminal, e, command.getParseResult().hasMatchedOption(Command.VERBOSE))
                .code());
        line.setParameterExceptionHandler((e, rest) -> usage(terminal, e));
        return line.execute(full);
    }

    private static String[] withCommand(String[] args) {
        if (args.length == 0 || ROOT_OPTIONS.contains(args[0]) || COMMANDS.containsKey(args[0])) {
            return args;
        }
        String[] full = new String[args.length + 1];
        full[0] = DEFAULT_COMMAND;
        System.arraycopy(args, 0, full, 1, args.length);
        return full;
    }

    /** All commands, in the order that the help shows. */
    private static Map<String, Function<Terminal, Command>> commands() {
        Map<String, Function<Terminal, Command>> all = new LinkedHashMap<>();
        all.put("infer", InferCommand::new);
        all.put("generate", GenerateCommand::new);
        all.put("watch", WatchCommand::new);
        all.put("serve-folder", ServeFolderCommand::new);
        all.put("daemon", terminal -> new DaemonCommand(terminal, Main.class));
        all.put("look", LookCommand::new);
        all.put("profile", ProfileCommand::new);
        all.put("devices", DevicesCommand::new);
        all.put("diff", DiffCommand::new);
        all.put("encode", EncodeCommand::new);
        all.put("decode", DecodeCommand::new);
        all.put("inspect", InspectCommand::new);
        all.put("verify", VerifyCommand::new);
        all.put("view", ViewCommand::new);
        all.put("asm", AsmCommand::new);
        all.put("disasm", DisasmCommand::new);
        all.put("import", ImportCommand::new);
        all.put("convert", ConvertCommand::new);
        all.put("train", TrainCommand::new);
        all.put("conformance", ConformanceCommand::new);
        return all;
    }

    static Set<String> commandNames() {
        return COMMANDS.keySet();
    }

    private static int usage(Terminal terminal, ParameterException e) {
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        terminal.err().println(e.getMessage());
        terminal.err().println("\"" + name + " --help\" lists the options.");
        return ExitCode.USAGE.code();
    }

    private static CommandSpec root() {
        CommandSpec root = CommandSpec.create().name("pixel-llm").version("pixel-llm " + PixelLlm.VERSION);
        root.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build());
        root.addOption(OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Show the version.")
                .build());
        root.usageMessage()
                .customSynopsis("pixel-llm TEXT", "       pixel-llm COMMAND [OPTIONS]")
                .description("", "A language-model coprocessor whose only API is images.", "")
                .commandListHeading("%nCommands:%n");
        return root;
    }
}
