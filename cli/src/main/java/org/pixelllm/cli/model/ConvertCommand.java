package org.pixelllm.cli.model;

import java.io.IOException;
import java.nio.file.Path;
import org.pixelllm.cli.storage.Targets;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.forge.Converter;
import org.pixelllm.forge.Model;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.weights.ElementType;

/** Writes a copy of a cartridge with its weights in another type. */
public final class ConvertCommand extends Command {

    private static final String SAME = "same";

    private final Value<Path> file = file("CARTRIDGE", "The cartridge to read.");
    private final Value<Path> output = requiredPath("CARTRIDGE.pxi", "The cartridge to write.", "-o", "--output");
    private final Value<String> weights = text(
            "TYPE",
            "The type of its matrices: " + WeightTypes.WORDS + "; " + SAME
                    + " leaves them as they are, to renew an older cartridge.",
            "q8",
            "--weights");

    private final Value<Boolean> force = Targets.forceFlag(this);

    public ConvertCommand(Terminal terminal) {
        super("convert", "Write a copy of a cartridge with its weights in another type.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        String word = weights.get();
        ElementType type = word.equals(SAME) ? null : WeightTypes.parse(word);
        Targets.of(file.get()).requireNew(output.get(), force.get());
        try (Cartridge cartridge = Cartridge.openAny(file.get())) {
            Model model = type == null ? Converter.copy(cartridge) : Converter.convert(cartridge, type);
            model.write(output.get());
        }
        Targets.words(this, output.get())
                .println(output.get() + ": weights " + (type == null ? "as they were" : "in " + type.word()));
        return ExitCode.OK;
    }
}
