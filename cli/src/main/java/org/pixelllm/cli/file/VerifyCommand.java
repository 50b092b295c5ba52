package org.pixelllm.cli.file;

import java.io.IOException;
import java.nio.file.Path;
import org.pixelllm.cli.file.PxiFile.Kind;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.images.PxiKind;
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
            // A view has no rules beyond those of every picture, which it was checked for.
            case Kind.Image(PxiKind kind) when kind == PxiKind.VIEW -> {}
            case Kind.Image(PxiKind kind) when kind != PxiKind.OTHER -> kind.decode(read.png(), name);
            case Kind.Image foreign -> throw notOurs(name, foreign);
            case Kind.Other.PROGRAM -> ProgramImage.read(read.png().pixels(), name);
            case Kind.Other.CARTRIDGE ->
                CartridgeVerifier.verify(path).forEach(line -> terminal.out().println("  " + line));
            case Kind.Other.V0_WEIGHTS -> throw notOurs(name, read.kind());
        }
        terminal.out().println(path + ": " + read.kind().words() + ", correct");
        return ExitCode.OK;
    }

    private static InvalidContentException notOurs(String file, Kind found) {
        return new InvalidContentException(new Fault(
                file,
                "whole image",
                "an image of the protocol, a program or a cartridge",
                found.words(),
                "pixel-llm inspect says more about it; --as names what has lost its name."));
    }
}
