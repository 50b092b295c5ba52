package org.pixelllm.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import org.pixelllm.engine.PixelLlm;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command's entrance: what stands behind {@code pixel-llm} and is no subcommand is a text to answer. */
@Command(
        name = "pixel-llm",
        description = "A language-model coprocessor whose only API is images.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisHeading = "",
        customSynopsis = {"Usage: pixel-llm TEXT", "       pixel-llm COMMAND [OPTIONS]", ""},
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "pixel-llm COMMAND --help tells more. Exit codes: 0 done, 2 usage, 65 bad data, 66 missing input,",
            "70 internal error, 73 cannot write."
        })
public final class Main implements Runnable {

    private static final String DEFAULT_COMMAND = "infer";
    private static final List<String> COMMANDS =
            List.of("infer", "encode", "decode", "inspect", "verify", "view", "asm", "disasm", "import", "train");
    private static final Set<String> ROOT_OPTIONS = Set.of("-h", "--help", "-V", "--version");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private CommandSpec spec;

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(Terminal.ofProcess(), args));
    }

    /**
     * Runs one command.
     *
     * @return the exit code
     */
    static int run(Terminal terminal, String... args) {
        String[] full = withCommand(args);
        CommandLine line = new CommandLine(new Main());
        // A command is read by reflection, which takes time: only the one that is asked for, all for the help.
        for (String name : COMMANDS) {
            if (full.length == 0 || full[0].equals(name) || ROOT_OPTIONS.contains(full[0])) {
                line.addSubcommand(name, command(name, terminal));
            }
        }
        line.setOut(new PrintWriter(terminal.out(), true));
        line.setErr(new PrintWriter(terminal.err(), true));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((e, command, parsed) ->
                Failures.report(terminal, e, command.getParseResult().hasMatchedOption(CommonOptions.VERBOSE)));
        line.setParameterExceptionHandler((e, rest) -> usage(terminal, e));
        return line.execute(full);
    }

    private static String[] withCommand(String[] args) {
        if (args.length == 0 || ROOT_OPTIONS.contains(args[0]) || COMMANDS.contains(args[0])) {
            return args;
        }
        String[] full = new String[args.length + 1];
        full[0] = DEFAULT_COMMAND;
        System.arraycopy(args, 0, full, 1, args.length);
        return full;
    }

    private static Object command(String name, Terminal terminal) {
        return switch (name) {
            case "infer" -> new InferCommand(terminal);
            case "encode" -> new EncodeCommand(terminal);
            case "decode" -> new DecodeCommand(terminal);
            case "inspect" -> new InspectCommand(terminal);
            case "verify" -> new VerifyCommand(terminal);
            case "view" -> new ViewCommand(terminal);
            case "asm" -> new AsmCommand(terminal);
            case "disasm" -> new DisasmCommand(terminal);
            case "import" -> new ImportCommand(terminal);
            case "train" -> new TrainCommand(terminal);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static int usage(Terminal terminal, ParameterException e) {
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        terminal.err().println(e.getMessage());
        terminal.err().println("\"" + name + " --help\" shows what is possible.");
        return ExitCode.USAGE;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "What shall Pixel-LLM do? Give a text or a command.");
    }

    /** The version that {@code --version} prints. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"pixel-llm " + PixelLlm.VERSION};
        }
    }
}
