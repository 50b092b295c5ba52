package org.pixelllm.cli.terminal;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/** The option that chooses the tokenizer with which the ids of an image are printed as text. */
public final class TokenizerOption {

    private final Terminal terminal;
    private final Command.Value<Path> cartridge;
    private @Nullable String opened; // digest of the cartridge that the tokenizer was opened for
    private @Nullable Tokenizer tokenizer;

    public TokenizerOption(Command command) {
        terminal = command.terminal;
        cartridge = command.path(
                "FILE",
                "Print ids as text with this model's tokenizer. Default: the shipped model's if it wrote the image, else the"
                        + " protocol's characters.",
                "-c",
                "--cartridge");
    }

    /** The tokenizer, or null for the protocol's characters. Opened once for the images of one model. */
    @Nullable
    public Tokenizer of(Png image) throws PxiException {
        String digest = image.text().getOrDefault("Cartridge", "");
        if (!digest.equals(opened)) {
            tokenizer = open(digest);
            opened = digest;
        }
        return tokenizer;
    }

    private @Nullable Tokenizer open(String digest) throws PxiException {
        Path named = cartridge.orNull();
        if (named != null) {
            try (Cartridge model = Cartridge.open(named)) {
                return model.tokenizer();
            }
        }
        Path shipped = terminal.defaultCartridge();
        if (digest.isEmpty() || !Files.exists(shipped)) {
            return null;
        }
        try (Cartridge model = Cartridge.open(shipped)) {
            boolean its = digest.equals("sha256:" + model.digest()) && model.hasTokenizer();
            return its ? model.tokenizer() : null;
        }
    }
}
