package org.pixelllm.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.CharacterTokens;
import org.pixelllm.protocol.TokenImage;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a text as a token image. */
@Command(name = "encode", description = "Write a text as a token image.")
final class EncodeCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "TEXT", description = "The text; - reads it from standard input.")
    @SuppressWarnings("NullAway.Init")
    private String text;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE.pxi",
            required = true,
            description = "The image to write.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = {"-c", "--cartridge"},
            paramLabel = "FILE",
            description = "Use this model's tokenizer. Default: the protocol's characters.")
    private @Nullable Path cartridge;

    EncodeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        String whole = Texts.of(text, terminal);
        int[] ids;
        if (cartridge == null) {
            ids = CharacterTokenizer.PROTOCOL.encode(whole);
        } else {
            try (Cartridge model = Cartridge.open(cartridge)) {
                ids = model.tokenizer().encode(whole);
            }
        }
        if (ids.length == 0 || ids.length > CharacterTokens.MAX_TOKENS) {
            throw new UsageException("A token image holds 1 to " + CharacterTokens.MAX_TOKENS
                    + " tokens; this text has " + ids.length + ".");
        }
        new TokenImage(ids).write(file, Map.of("Software", "Pixel-LLM " + PixelLlm.VERSION));
        if (common.verbose()) {
            terminal.err().println(file + ": " + ids.length + " tokens");
        }
        return ExitCode.OK;
    }
}
