package org.pixelllm.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.ProgramImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints a program as assembler text. */
@Command(name = "disasm", description = "Print the program of an image or a cartridge as assembler text.")
final class DisasmCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "FILE.pxi", description = "A program image or a cartridge.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    DisasmCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        PxiFile read = PxiFile.read(file);
        if (read.kind() == PxiFile.Kind.CARTRIDGE) {
            try (Cartridge cartridge = Cartridge.open(file)) {
                terminal.out().print(Assembler.print(cartridge.program()));
            }
        } else {
            terminal.out().print(Assembler.print(ProgramImage.read(read.png().pixels(), file.toString())));
        }
        return ExitCode.OK;
    }
}
