package org.pixelllm.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.InvalidContentException;
import org.pixelllm.protocol.PngEncoder;
import org.pixelllm.protocol.PxiException;
import org.pixelllm.protocol.PxiException.Fault;
import org.pixelllm.protocol.PxiFiles;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.ProgramImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Turns assembler text into a program image. */
@Command(name = "asm", description = "Turn assembler text into a program image.")
final class AsmCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "FILE.pxasm", description = "The text.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE.pxi",
            required = true,
            description = "The image to write.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    AsmCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Program program = Assembler.parse(read(), file.toString());
        Map<String, String> text = Map.of("Software", "Pixel-LLM " + PixelLlm.VERSION);
        PxiFiles.write(output, PngEncoder.encode(ProgramImage.write(program), text));
        if (common.verbose()) {
            terminal.err()
                    .println(output + ": " + program.tensors().size() + " tensors, "
                            + program.instructions().size() + " instructions");
        }
        return ExitCode.OK;
    }

    private String read() throws PxiException {
        PxiFiles.requireRegular(file);
        try {
            if (Files.size(file) > Assembler.MAX_CHARACTERS) {
                throw fault("at most " + Assembler.MAX_CHARACTERS + " bytes", Files.size(file) + " bytes");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw fault("UTF-8 text", "bytes that are not");
        } catch (PxiException e) {
            throw e;
        } catch (IOException e) {
            throw PxiFiles.unreadable(file, e);
        }
    }

    private InvalidContentException fault(String expected, String found) {
        return new InvalidContentException(new Fault(
                file.toString(), "whole file", expected, found, "docs/pxvm.md shows the text form of a program."));
    }
}
