package org.pixelllm.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.pixelllm.protocol.InvalidContentException;
import org.pixelllm.protocol.LogitsHeatmap;
import org.pixelllm.protocol.PredictionImage;
import org.pixelllm.protocol.PxiException.Fault;
import org.pixelllm.protocol.TokenImage;
import org.pixelllm.pxvm.cartridge.CartridgeVerifier;
import org.pixelllm.pxvm.program.ProgramImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Checks every rule and every byte of a file. */
@Command(name = "verify", description = "Check every rule and digest of a .pxi file.")
final class VerifyCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "FILE.pxi", description = "The file.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    VerifyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        PxiFile read = PxiFile.read(file);
        String name = file.toString();
        switch (read.kind()) {
            case TOKENS -> TokenImage.decode(read.png(), name);
            case PREDICTION -> PredictionImage.decode(read.png(), name);
            case HEATMAP -> LogitsHeatmap.decode(read.png(), name);
            case PROGRAM -> ProgramImage.read(read.png().pixels(), name);
            case CARTRIDGE ->
                CartridgeVerifier.verify(file).forEach(line -> terminal.out().println("  " + line));
            case V0_WEIGHTS, PICTURE ->
                throw new InvalidContentException(new Fault(
                        name,
                        "whole image",
                        "a token image, a prediction, a heat map, a program or a cartridge",
                        read.kind().words(),
                        "pixel-llm inspect says more about it."));
        }
        terminal.out().println(file + ": " + read.kind().words() + ", correct");
        return ExitCode.OK;
    }
}
