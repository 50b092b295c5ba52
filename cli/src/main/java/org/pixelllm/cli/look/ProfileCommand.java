package org.pixelllm.cli.look;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.pixelllm.cli.answer.Outputs;
import org.pixelllm.cli.answer.Prompt;
import org.pixelllm.cli.answer.PromptOptions;
import org.pixelllm.cli.model.ModelOptions;
import org.pixelllm.cli.storage.Targets;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ConsoleText;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.look.Profile;
import org.pixelllm.protocol.view.Words;

/** Reports where the time goes, instruction by instruction. */
public final class ProfileCommand extends Command {

    private static final int USUAL_ROUNDS = 20;

    /** Instructions that are listed one by one, the slowest first. */
    private static final int LISTED = 10;

    private final ModelOptions options = new ModelOptions(this);

    private final PromptOptions input = new PromptOptions(this, "The text", "A token image to read instead of a text.");
    private final Value<Integer> rounds =
            whole("N", "How many times the text is read; the median is reported.", USUAL_ROUNDS, "--rounds");
    private final Value<Boolean> single = flag("Read one token at a time, as in generation.", "--single");
    private final Value<Path> folder = path("DIR", Outputs.HELP, "-o", "--output");
    private final Value<Boolean> json = jsonFlag();

    public ProfileCommand(Terminal terminal) {
        super(
                "profile",
                "Measure the time of each instruction, and show it on the program image: profile.png.",
                terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        input.requireOne();
        int count = rounds.get();
        if (count < 1 || count > Profile.MAX_ROUNDS) {
            throw new UsageException("--rounds: expected 1 to " + Profile.MAX_ROUNDS + ", found " + count + ".");
        }
        Outputs files = new Outputs(terminal, folder.orNull(), Targets.of(input.file(), options.path()));
        try (PixelLlm model = options.open()) {
            Prompt prompt = input.read(model);
            Profile profile = Profile.of(model, prompt.tokens(), prompt.name(), count, single.get());
            String executor = model.executor().executor().name() + " executor, "
                    + model.executor().executor().description();
            Map<String, String> provenance = model.provenance();
            provenance.put("Shows", "time of each instruction");
            files.view("profile", profile.view(model.program(), executor), provenance);
            if (json.get()) {
                Json.print(terminal, json(profile, model, files));
            } else {
                lines(profile).forEach(terminal.out()::println);
                terminal.out().println();
                files.files().values().forEach(terminal.out()::println);
                terminal.out().println(executor);
            }
        }
        return ExitCode.OK;
    }

    private static List<String> lines(Profile profile) {
        List<String> lines = new ArrayList<>();
        double all = profile.nanoseconds();
        lines.add(profile.tokens() + " tokens in " + Words.number(all / 1e6) + " ms"
                + (profile.single() ? ", one at a time" : "") + "; the median of " + profile.rounds() + " rounds");
        lines.add("");
        Map<String, Double> opcodes = new TreeMap<>();
        profile.lines().forEach(each -> opcodes.merge(each.opcode().mnemonic(), each.nanoseconds(), Double::sum));
        opcodes.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .forEach(each -> lines.add(line("", each.getKey(), "", each.getValue(), all)));
        lines.add("");
        profile.lines().stream()
                .sorted((a, b) -> Double.compare(b.nanoseconds(), a.nanoseconds()))
                .limit(LISTED)
                .forEach(each -> lines.add(line(
                                String.valueOf(each.number()),
                                each.opcode().mnemonic(),
                                each.tensor(),
                                each.nanoseconds(),
                                all)
                        + (each.together() > 1 ? "  its share of " + each.together() + " run together" : "")));
        return lines;
    }

    private static String line(String number, String opcode, String tensor, double nanoseconds, double all) {
        return ConsoleText.pad(number, 4) + "  " + ConsoleText.padRight(opcode, 10) + ConsoleText.padRight(tensor, 26)
                + ConsoleText.pad(Words.number(nanoseconds / 1000), 10) + " µs"
                + ConsoleText.pad(ConsoleText.tenths(100 * nanoseconds / Math.max(1, all)), 7) + " %";
    }

    private static Map<String, Object> json(Profile profile, PixelLlm model, Outputs files) {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (Profile.Line each : profile.lines()) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("instruction", each.number());
            line.put("opcode", each.opcode().mnemonic());
            line.put("tensor", each.tensor());
            line.put("nanoseconds", each.nanoseconds());
            line.put("run_as_one", each.together());
            lines.add(line);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("tokens", profile.tokens());
        result.put("rounds", profile.rounds());
        result.put("single", profile.single());
        result.put("nanoseconds", profile.nanoseconds());
        result.put("instructions", lines);
        result.put("executor", model.executor().executor().name());
        result.put("cartridge", "sha256:" + model.cartridge().digest());
        result.put("files", files.json());
        return result;
    }
}
