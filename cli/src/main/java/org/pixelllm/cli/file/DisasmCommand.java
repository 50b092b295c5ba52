package org.pixelllm.cli.file;

import java.io.IOException;
import java.nio.file.Path;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.ProgramImage;

/** Prints a program as assembler text. */
public final class DisasmCommand extends Command {

    private final Value<Path> file = file("FILE.pxi", "A program image or a cartridge.");

    public DisasmCommand(Terminal terminal) {
        super("disasm", "Print the program of an image or a cartridge as assembler text.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        Path path = file.get();
        PxiFile read = PxiFile.read(path);
        if (read.kind() == PxiFile.Kind.Other.CARTRIDGE) {
            try (Cartridge cartridge = Cartridge.open(path)) {
                terminal.out().print(Assembler.print(cartridge.program()));
            }
        } else {
            terminal.out().print(Assembler.print(ProgramImage.read(read.png().pixels(), path.toString())));
        }
        return ExitCode.OK;
    }
}
