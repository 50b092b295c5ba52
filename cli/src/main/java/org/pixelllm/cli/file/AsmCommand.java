package org.pixelllm.cli.file;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.pixelllm.cli.storage.Targets;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.png.PngEncoder;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.ProgramImage;

/** Assembles a program image from text. */
public final class AsmCommand extends Command {

    private final Value<Path> file = file("FILE.pxasm", "The assembler text.");
    private final Value<Path> output = requiredPath("FILE.pxi", "The image to write.", "-o", "--output");

    private final Value<Boolean> force = Targets.forceFlag(this);

    public AsmCommand(Terminal terminal) {
        super("asm", "Assemble a program image from text.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        Program program = Assembler.parse(read(file.get()), file.get().toString());
        Map<String, String> text = Map.of("Software", "Pixel-LLM " + PixelLlm.VERSION);
        Targets.of(file.get()).requireNoModel(output.get(), force.get());
        PxiFiles.write(output.get(), PngEncoder.encode(ProgramImage.write(program), text));
        if (verbose()) {
            terminal.err()
                    .println(output.get() + ": " + program.tensors().size() + " tensors, "
                            + program.instructions().size() + " instructions");
        }
        return ExitCode.OK;
    }

    private static String read(Path file) throws PxiException {
        PxiFiles.requireRegular(file);
        try {
            if (Files.size(file) > Assembler.MAX_CHARACTERS) {
                throw fault(file, "at most " + Assembler.MAX_CHARACTERS + " bytes", Files.size(file) + " bytes");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw fault(file, "UTF-8 text", "other bytes");
        } catch (PxiException e) {
            throw e;
        } catch (IOException e) {
            throw PxiFiles.unreadable(file, e);
        }
    }

    private static InvalidContentException fault(Path file, String expected, String found) {
        return new InvalidContentException(new Fault(
                file.toString(), "whole file", expected, found, "docs/pxvm.md shows the text form of a program."));
    }
}
