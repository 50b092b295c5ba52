package org.pixelllm.cli.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Interrupts;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.ProgressLine;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.conformance.kit.CannotRunException;
import org.pixelllm.conformance.kit.CommandImplementation;
import org.pixelllm.conformance.kit.Implementation;
import org.pixelllm.conformance.kit.Kit;
import org.pixelllm.conformance.kit.Report;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.CharacterTokens;
import org.pixelllm.protocol.images.PictureImage;
import org.pixelllm.protocol.images.PxiVersion;

/** Tests any implementation of the protocol as a black box. */
public final class ConformanceCommand extends Command {

    private static final int MAX_SECONDS = 24 * 60 * 60;

    private final Value<String> implementation = requiredText(
            "COMMAND",
            "The command that answers one file, with {input} and {output_dir} in it: 'my-program {input} {output_dir}'.",
            "--implementation");
    private final Value<String> against =
            optionalText("COMMAND", "Another implementation, to compare answers with.", "--against");
    private final Value<Integer> vocabulary =
            whole("N", "The number of token ids that the model has.", CharacterTokens.VOCABULARY, "--vocabulary");
    private final Value<Path> golden = path(
            "DIR", "Golden requests and their answers, such as cartridges/golden, that it must reproduce.", "--golden");
    private final Value<Integer> timeout =
            whole("SECONDS", "The longest time that one run may take.", (int) Kit.LIMIT.toSeconds(), "--timeout");
    private final Value<Path> folder =
            path("DIR", "The folder for conformance.png, report.json and the files of each finding.", "--report");
    private final Value<Boolean> json = jsonFlag();

    public ConformanceCommand(Terminal terminal) {
        super("conformance", "Test any implementation of the protocol as a black box.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        check("--vocabulary", vocabulary.get(), 2, PxiVersion.MAX_VOCABULARY);
        check("--timeout", timeout.get(), 1, MAX_SECONDS);
        Implementation tested = command("--implementation", implementation.get());
        String with = against.orNull();
        @Nullable Implementation other = with == null ? null : command("--against", with);
        Path reports = folder.orNull();
        if (reports != null) {
            PxiFiles.requireWritable(reports.resolve("report.json"));
        }
        Report report;
        Thread here = Thread.currentThread();
        try (Interrupts _ = new Interrupts(terminal, here::interrupt)) {
            report = test(tested, other);
        } catch (InterruptedException e) {
            return ExitCode.INTERRUPTED;
        }
        Map<String, Object> facts = new LinkedHashMap<>(report.facts());
        if (reports != null) {
            facts.put("files", write(report, facts, reports));
        }
        if (json.get()) {
            Json.print(terminal, facts);
        } else {
            report.words().forEach(terminal.out()::println);
            if (reports != null) {
                terminal.out().println(reports.resolve("report.json"));
                terminal.out().println(reports.resolve("conformance.png"));
            }
        }
        return report.holds() ? ExitCode.OK : ExitCode.DOES_NOT_CONFORM;
    }

    private static void check(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new UsageException(option + ": expected " + least + " to " + most + ", found " + value + ".");
        }
    }

    private Implementation command(String option, String command) {
        try {
            return new CommandImplementation(command, terminal.folder());
        } catch (IllegalArgumentException e) {
            throw new UsageException(option + ": " + e.getMessage() + ".");
        }
    }

    private Report test(Implementation tested, @Nullable Implementation other)
            throws IOException, InterruptedException {
        Kit.Settings settings = new Kit.Settings(vocabulary.get(), Duration.ofSeconds(timeout.get()), golden.orNull());
        ProgressLine line = new ProgressLine(terminal);
        try {
            return Kit.test(tested, other, settings, (done, of, run) -> line.show((double) done / of, run));
        } catch (CannotRunException e) {
            throw new UsageException(e.getMessage() + ".");
        } finally {
            line.clear();
        }
    }

    private static Map<String, String> write(Report report, Map<String, Object> facts, Path folder) throws IOException {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("Software", "Pixel-LLM " + PixelLlm.VERSION);
        Object other = facts.get("against");
        String compared = other == null ? "" : " (A), of " + other + " (B), and how they differ";
        text.put("Shows", "heat maps of " + facts.get("implementation") + compared);
        Map<String, String> files = new LinkedHashMap<>();
        for (Map.Entry<String, byte[]> each : report.files().entrySet()) {
            put(files, folder.resolve(each.getKey() + ".pxi"), each.getValue());
        }
        put(
                files,
                folder.resolve("conformance.png"),
                PictureImage.view(report.sheet()).toPng(text));
        put(files, folder.resolve("report.json"), (Json.text(facts) + "\n").getBytes(StandardCharsets.UTF_8));
        return files;
    }

    private static void put(Map<String, String> files, Path file, byte[] bytes) throws IOException {
        PxiFiles.write(file, bytes);
        files.put(file.getFileName().toString(), file.toString());
    }
}
