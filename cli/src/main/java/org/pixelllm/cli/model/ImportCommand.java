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
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.forge.Converter;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.importer.Imported;
import org.pixelllm.forge.importer.Importer;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.weights.ElementType;

/** Converts another project's model into a cartridge. */
public final class ImportCommand extends Command {

    private final Value<Path> model = file(
            "MODEL",
            "A GGUF file, a safetensors file or its folder, a llama2.c checkpoint, or the original's pixellm_v0.pxi.");
    private final Value<Path> tokenizer =
            path("FILE", "The tokenizer, if it is neither in the model nor beside it.", "--tokenizer");
    private final Value<Path> output = requiredPath("CARTRIDGE.pxi", "The cartridge to write.", "-o", "--output");

    private final Value<String> weights = optionalText(
            "TYPE", "The type of its matrices: " + WeightTypes.WORDS + ". Default: as they are.", "--weights");
    private final Value<Boolean> force = Targets.forceFlag(this);

    public ImportCommand(Terminal terminal) {
        super("import", "Convert another project's model into a cartridge.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        String word = weights.orNull();
        ElementType type = word == null ? null : WeightTypes.parse(word);
        Targets.of(tokenizer.orNull()).and(Importer.inputs(model.get())).requireNew(output.get(), force.get());
        try (Imported imported = Importer.open(model.get(), tokenizer.orNull())) {
            imported.notes().forEach(terminal.err()::println);
            Model read = type == null ? imported.model() : Converter.convert(imported.model(), type);
            read.write(output.get());
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
}
