package org.pixelllm.cli.look;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.answer.Outputs;
import org.pixelllm.cli.answer.Prompt;
import org.pixelllm.cli.answer.PromptOptions;
import org.pixelllm.cli.model.ModelOptions;
import org.pixelllm.cli.storage.Targets;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.look.Look;
import org.pixelllm.engine.look.LookOptions;
import org.pixelllm.engine.look.NotInModelException;
import org.pixelllm.engine.text.ModelFaultException;

/** Shows what happens inside a model while it reads a text. */
public final class LookCommand extends Command {

    private static final Pattern HEAD = Pattern.compile("(\\d{1,6}),(\\d{1,6})");
    private static final String ALL = "all";

    private final ModelOptions options = new ModelOptions(this);

    private final PromptOptions input = new PromptOptions(this, "The text", "A token image to read instead of a text.");
    private final Value<String> attention = optionalText(
            "L,H",
            "Attention of one head, by layer and head from 0: attention.pxi and a view of it; all: every head on one"
                    + " sheet.",
            "--attention");
    private final Value<Boolean> activations =
            flag("Output of each layer: activations_L0.pxi and so on, and views of them.", "--activations");
    private final Value<Boolean> lens = flag("What each layer would predict if it were the last: lens.png.", "--lens");
    private final Value<Boolean> trace =
            flag("Statistics of what each instruction writes, on standard output and in trace.png.", "--trace");
    private final Value<Path> folder = path("DIR", Outputs.HELP, "-o", "--output");
    private final Value<Boolean> json = jsonFlag();

    public LookCommand(Terminal terminal) {
        super(
                "look",
                "Look into a model while it reads a text: attention, activations, lens, trace; without a choice, all of"
                        + " them.",
                terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        input.requireOne();
        LookOptions asked = asked();
        Outputs files = new Outputs(terminal, folder.orNull(), Targets.of(input.file(), options.path()));
        try (PixelLlm model = options.open()) {
            Prompt prompt = input.read(model);
            Look look = look(model, prompt, asked);
            if (!look.contextNote().isEmpty()) {
                terminal.err().println("The text is too long: only the " + look.contextNote() + " were read.");
            }
            look.missing().forEach(each -> terminal.err().println("Left out: " + each + "."));
            LookFiles writer = new LookFiles(look, files);
            if (prompt.isText()) {
                files.write("input_tokens", file -> prompt.tokens().write(file, look.provenance()));
            }
            writer.write();
            if (json.get()) {
                printJson(model, look, files);
            } else {
                print(model, look, files);
            }
            writer.requireSound(options.path());
            ModelFaultException fault = look.fault();
            if (fault != null) {
                throw fault; // after the pictures that show where it begins
            }
        }
        return ExitCode.OK;
    }

    private LookOptions asked() {
        String heads = attention.orNull();
        if (heads == null && !activations.get() && !lens.get() && !trace.get()) {
            return LookOptions.EVERYTHING;
        }
        boolean all = ALL.equals(heads);
        return new LookOptions(
                heads == null || all ? null : head(heads), all, activations.get(), lens.get(), trace.get(), false);
    }

    private static LookOptions.Head head(String word) {
        Matcher matcher = HEAD.matcher(word);
        if (!matcher.matches()) {
            throw new UsageException("--attention: expected LAYER,HEAD such as 0,3, or all, found " + word + ".");
        }
        return new LookOptions.Head(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    private static Look look(PixelLlm model, Prompt prompt, LookOptions asked) throws IOException {
        try {
            return Look.at(model, prompt.tokens(), prompt.name(), asked);
        } catch (NotInModelException e) {
            throw new UsageException("look: " + e.getMessage() + ".");
        }
    }

    private void print(PixelLlm model, Look look, Outputs files) {
        if (trace.get()) {
            LookReport.trace(look.trace()).forEach(terminal.out()::println);
            terminal.out().println();
        }
        if (look.hasLens()) {
            LookReport.lens(look).forEach(terminal.out()::println);
            terminal.out().println();
        }
        files.files().values().forEach(terminal.out()::println);
        terminal.out().println(model.executor().executor().name() + " executor, " + look.ids().length + " tokens");
    }

    private void printJson(PixelLlm model, Look look, Outputs files) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("tokens", look.ids());
        result.put("words", look.words());
        if (!look.contextNote().isEmpty()) {
            result.put("context", look.contextNote());
        }
        if (look.hasHead()) {
            result.put(
                    "attention",
                    Map.of("layer", look.head().layer(), "head", look.head().head()));
        }
        if (!look.activations().isEmpty()) {
            result.put(
                    "activations",
                    look.activations().stream().map(LookReport::json).toList());
        }
        if (look.hasLens()) {
            result.put("lens", LookReport.lensJson(look));
        }
        if (look.hasTrace()) {
            result.put("trace", LookReport.traceJson(look.trace()));
        }
        result.put("left_out", look.missing());
        result.put("executor", model.executor().executor().name());
        result.put("cartridge", "sha256:" + model.cartridge().digest());
        result.put("files", files.json());
        Json.print(terminal, result);
    }
}
