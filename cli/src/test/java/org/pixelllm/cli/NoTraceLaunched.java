package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No command prints a stack trace, whatever is missing: memory, room on the disk, its streams, a part of its model. The
 * long form runs each command under each condition, the short form each command once and each condition often.
 */
class NoTraceLaunched {

    private static final boolean LONG = Boolean.getBoolean("pixelllm.long");
    private static final Path ROOT = Captured.ROOT.toAbsolutePath();

    /** C is a cartridge, O a place for output. */
    private static final List<String> COMMANDS = List.of(
            "infer pxOS -c C -o O",
            "infer -i in.pxi questions -c C -o O --json",
            "generate pxOS -n 5 -c C -o O",
            "generate pxOS -n 5 --beams 2 -c C -o O --json",
            "watch ans/output_sequence.pxi",
            "serve-folder questions O/out --once -c C",
            "serve -c cut.pxi --port 0",
            "daemon status",
            "daemon stop",
            "daemon run --idle 0.001 -c C",
            "look pxOS -c C -o O",
            "profile pxOS --rounds 2 -c C -o O",
            "devices",
            "diff in.pxi ans/input_tokens.pxi -o O",
            "encode pxOS -c C -o O/encoded.pxi",
            "decode ans/output_token.pxi -c C",
            "inspect C",
            "verify C",
            "view in.pxi -o O/view.png",
            "page -o O/page.html -c C",
            "asm program.pxasm -o O/program.pxi",
            "disasm C",
            "import C -o O/imported.pxi",
            "convert C -o O/converted.pxi",
            "train text.txt -o O/trained.pxi --steps 2 --dim 8 --layers 1 --heads 1 --context 16 --batch 2",
            "train --evaluate text.txt -c C",
            "conformance --implementation false --report O/report",
            "completion bash",
            "help train",
            "version");

    /** What is done to a command, as the shell writes it. */
    private enum Condition {
        LITTLE_MEMORY("", "-Xmx12m"),
        LEAST_MEMORY("", "-Xmx5m"),
        FULL_OUTPUT(">/dev/full", ""),
        CLOSED_OUTPUT(">&-", ""),
        CLOSED_STREAMS("<&- >&- 2>&-", ""),
        CUT_CARTRIDGE("", ""),
        FULL_DISK("", "");

        private final String streams;
        private final String java;

        Condition(String streams, String java) {
            this.streams = streams;
            this.java = java;
        }
    }

    @TempDir
    private Path folder;

    private final Set<String> wrong = new TreeSet<>();

    @Test
    void noCommandPrintsATrace() throws IOException, InterruptedException {
        prepare();
        boolean disk = canFillADisk();
        Map<Condition, List<String>> runs = new LinkedHashMap<>();
        int next = 0;
        for (Condition condition : Condition.values()) {
            if (condition != Condition.FULL_DISK || disk) {
                runs.put(condition, new ArrayList<>());
            } else {
                System.err.println("NoTraceLaunched: no full disk here, because unshare -rm is not permitted");
            }
        }
        List<Condition> conditions = List.copyOf(runs.keySet());
        for (String command : COMMANDS) {
            if (LONG) {
                runs.values().forEach(each -> each.add(command));
            } else {
                runs.computeIfPresent(conditions.get(next++ % conditions.size()), (condition, lines) -> {
                    lines.add(command);
                    return lines;
                });
            }
        }
        for (Map.Entry<Condition, List<String>> each : runs.entrySet()) {
            run(each.getKey(), each.getValue());
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyCommandIsRun() {
        Set<String> run = COMMANDS.stream().map(line -> line.split(" ", -1)[0]).collect(Collectors.toSet());
        assertThat(run).isEqualTo(Main.commandNames());
    }

    private void prepare() throws IOException {
        Files.createDirectories(folder.resolve("questions"));
        Files.writeString(folder.resolve("text.txt"), "a b c d e f g h. ".repeat(20));
        byte[] model = Files.readAllBytes(ROOT.resolve("cartridges/default.pxi"));
        Files.write(folder.resolve("cut.pxi"), Arrays.copyOf(model, model.length / 3));
        String in = folder.resolve("in.pxi").toString();
        String answers = folder.resolve("ans").toString();
        assertThat(Captured.run(folder, "encode", "pxOS", "-o", in).code()).isZero();
        Files.copy(folder.resolve("in.pxi"), folder.resolve("questions/q.pxi"));
        assertThat(Captured.run(folder, "generate", "pxOS", "-n", "3", "-o", answers)
                        .code())
                .isZero();
        assertThat(Captured.run(folder, "infer", "pxOS", "-o", answers).code()).isZero();
        Files.writeString(
                folder.resolve("program.pxasm"),
                Captured.run(
                                folder,
                                "disasm",
                                ROOT.resolve("cartridges/golden.pxi").toString())
                        .out());
    }

    private boolean canFillADisk() throws IOException, InterruptedException {
        return shell(List.of(
                        "unshare",
                        "-rm",
                        "mount",
                        "-t",
                        "tmpfs",
                        "none",
                        folder.resolve("ans").toString()))
                == 0;
    }

    /** Runs commands one after another in one shell; each says how it ended, and what it said goes to a file. */
    private void run(Condition condition, List<String> commands) throws IOException, InterruptedException {
        Path output = Files.createDirectories(folder.resolve("out-" + condition));
        StringBuilder script = new StringBuilder();
        if (condition == Condition.FULL_DISK) {
            script.append("mount -t tmpfs -o size=4k none ").append(output).append(" || exit 9\n");
            script.append("head -c 9000 /dev/zero 2>/dev/null >").append(output).append("/filled\n");
        }
        for (int i = 0; i < commands.size(); i++) {
            String cartridge = condition == Condition.CUT_CARTRIDGE
                    ? "cut.pxi"
                    : ROOT.resolve("cartridges/default.pxi").toString();
            String line = commands.get(i).replace(" C", " " + cartridge).replace(" O", " " + output);
            script.append('(')
                    .append(ROOT.resolve("pixel-llm"))
                    .append(' ')
                    .append(line)
                    .append(' ')
                    .append(condition.streams)
                    .append(") >said.")
                    .append(i)
                    .append(" 2>&1; echo $? >code.")
                    .append(i)
                    .append('\n');
        }
        List<String> command = new ArrayList<>();
        if (condition == Condition.FULL_DISK) {
            command.addAll(List.of("unshare", "-rm"));
        }
        command.addAll(List.of("env", "JDK_JAVA_OPTIONS=" + condition.java, "bash", "-c", script.toString()));
        int code = shell(command);
        assertThat(code).as(condition + " " + script).isZero();
        for (int i = 0; i < commands.size(); i++) {
            check(condition + ": " + commands.get(i), i);
        }
    }

    private void check(String what, int number) throws IOException {
        int code = Integer.parseInt(
                Files.readString(folder.resolve("code." + number)).strip());
        String said = Files.readString(folder.resolve("said." + number));
        boolean trace = said.lines().anyMatch(line -> line.startsWith("\tat ")) || said.contains("Exception");
        boolean known = Set.of(0, 2, 3, 65, 66, 69, 71, 73, 75).contains(code);
        if (trace || !known || said.contains("internal error")) {
            wrong.add(what + " ended with " + code + ":\n" + said);
        }
    }

    private int shell(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("shell.txt").toFile());
        builder.environment().put("PIXELLLM_DAEMON", folder.resolve("daemon").toString());
        builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
        return builder.start().waitFor();
    }
}
