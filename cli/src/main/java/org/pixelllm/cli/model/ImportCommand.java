package org.pixelllm.cli.model;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.pixelllm.cli.storage.Targets;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ConsoleText;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.ModelWords;
import org.pixelllm.cli.terminal.ProgressLine;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.forge.Converter;
import org.pixelllm.forge.ImportOptions;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.importer.Imported;
import org.pixelllm.forge.importer.Importer;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.weights.ElementType;

/** Converts another project's model into a cartridge. */
public final class ImportCommand extends Command {

    private static final String SAME = "same";
    private static final String NONE = "none";

    private final Value<Path> model = file(
            "MODEL",
            "A GGUF file, a safetensors file or its folder, a llama2.c checkpoint, or the original's pixellm_v0.pxi.");
    private final Value<String> tokenizer = optionalText(
            "FILE",
            "The tokenizer, if it is neither in the model nor beside it; " + NONE
                    + " leaves it out: token images need none.",
            "--tokenizer");
    private final Value<Path> output = requiredPath("CARTRIDGE.pxi", "The cartridge to write.", "-o", "--output");

    private final Value<String> weights = optionalText(
            "TYPE",
            "The type of its matrices: " + WeightTypes.WORDS + "; " + SAME + ", the default, leaves them as they are.",
            "--weights");
    private final Value<Integer> context = optionalWhole(
            "N",
            "How many positions the cartridge has, if fewer than the model. Models with LongRoPE have factors of their own"
                    + " for as many as they had at first.",
            "--context");
    private final Value<Boolean> force = Targets.forceFlag(this);

    public ImportCommand(Terminal terminal) {
        super("import", "Convert another project's model into a cartridge.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        String word = weights.orNull();
        ElementType type = word == null || word.equals(SAME) ? null : WeightTypes.parse(word);
        ImportOptions options = options();
        Targets.of(options.tokenizer()).and(Importer.inputs(model.get())).requireNew(output.get(), force.get());
        try (Imported imported = Importer.openWith(model.get(), options)) {
            imported.notes().forEach(terminal.err()::println);
            Model read = type == null ? imported.model() : Converter.convert(imported.model(), type);
            ProgressLine line = new ProgressLine(terminal);
            try {
                read.write(output.get(), share -> line.show(share, "written"));
            } finally {
                line.clear();
            }
            PrintStream out = Targets.words(this, output.get());
            Map<String, Long> stored = imported.storedBytes();
            if (!stored.isEmpty()) {
                long bytes = stored.values().stream().mapToLong(Long::longValue).sum();
                out.println(model.get() + ": " + ModelWords.list(stored) + ", " + ModelWords.size(bytes));
            }
            Tokenizer its = read.tokenizer();
            out.println(output.get() + ": " + ConsoleText.name(read.manifest().name()) + ", "
                    + read.manifest().family() + ", " + (its == null ? "no tokenizer" : its.name()));
            out.println(ModelWords.summary(read.program(), Files.size(output.get())));
        }
        return ExitCode.OK;
    }

    private ImportOptions options() {
        Integer positions = context.orNull();
        if (positions != null && positions < 1) {
            throw new UsageException("--context: expected at least 1 position, found " + positions + ".");
        }
        String named = tokenizer.orNull();
        boolean none = NONE.equals(named);
        Path file = named == null || none ? null : path(named);
        return new ImportOptions(file, none, positions == null ? 0 : positions);
    }
}
