package org.pixelllm.cli.file;

import java.io.IOException;
import java.nio.file.Path;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.images.ActivationsImage;
import org.pixelllm.protocol.images.AttentionImage;
import org.pixelllm.protocol.images.BeamsImage;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.ScoresImage;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.cartridge.CartridgeVerifier;
import org.pixelllm.pxvm.program.ProgramImage;

/** Checks every rule and every byte of a file. */
public final class VerifyCommand extends Command {

    private final Value<Path> file = file("FILE.pxi", "The file.");

    private final Value<String> as = PxiFile.asOption(this);

    public VerifyCommand(Terminal terminal) {
        super("verify", "Check every rule and digest of a .pxi file.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        Path path = file.get();
        PxiFile read = PxiFile.read(path, as.orNull());
        String name = path.toString();
        switch (read.kind()) {
            case TOKENS -> TokenImage.decode(read.png(), name);
            case PREDICTION -> PredictionImage.decode(read.png(), name);
            case HEATMAP -> LogitsHeatmap.decode(read.png(), name);
            case SEQUENCE -> SequenceImage.decode(read.png(), name);
            case BEAMS -> BeamsImage.decode(read.png(), name);
            case SCORES -> ScoresImage.decode(read.png(), name);
            case ATTENTION -> AttentionImage.decode(read.png(), name);
            case ACTIVATIONS -> ActivationsImage.decode(read.png(), name);
            case VIEW -> {} // a sound PNG is all that it has to be
            case PROGRAM -> ProgramImage.read(read.png().pixels(), name);
            case CARTRIDGE ->
                CartridgeVerifier.verify(path).forEach(line -> terminal.out().println("  " + line));
            case V0_WEIGHTS, PICTURE ->
                throw new InvalidContentException(new Fault(
                        name,
                        "whole image",
                        "an image of the protocol, a program or a cartridge",
                        read.kind().words(),
                        "pixel-llm inspect says more about it; --as names what has lost its name."));
        }
        terminal.out().println(path + ": " + read.kind().words() + ", correct");
        return ExitCode.OK;
    }
}
