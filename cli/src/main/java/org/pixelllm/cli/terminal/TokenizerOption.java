package org.pixelllm.cli.terminal;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.pxvm.cartridge.Cartridge;

/** The option that chooses the tokenizer with which the ids of an image are printed as text. */
public final class TokenizerOption {

    /** The text entry that names the model of an image. */
    private static final String CARTRIDGE = "Cartridge";

    private final Terminal terminal;
    private final Command.Value<Path> cartridge;
    private @Nullable String opened; // digest of the image that the spelling was looked for
    private Spelling spelling = Spelling.CHARACTERS;

    public TokenizerOption(Command command) {
        terminal = command.terminal;
        cartridge = command.path(
                "FILE",
                "Print ids as text with this model's tokenizer, if it wrote the image. Default: the shipped model's if it wrote"
                        + " the image; the protocol's characters if no model did.",
                "-c",
                "--cartridge");
    }

    /**
     * How an image's ids are spelled. Where it names a model that is not at hand, its ids are not spelled, and that is said
     * once on standard error.
     */
    public Spelling of(Png image) throws PxiException {
        String digest = image.text().getOrDefault(CARTRIDGE, "");
        if (!digest.equals(opened)) {
            spelling = open(digest);
            opened = digest;
        }
        return spelling;
    }

    private Spelling open(String digest) throws PxiException {
        Path named = cartridge.orNull();
        if (named != null) {
            try (Cartridge model = Cartridge.open(named)) {
                if (digest.isEmpty() || digest.equals(digest(model))) {
                    return Spelling.of(model.tokenizer());
                }
            }
            return unknown(digest, named + " is another model");
        }
        if (digest.isEmpty()) {
            return Spelling.CHARACTERS;
        }
        Path shipped = terminal.defaultCartridge();
        if (Files.exists(shipped)) {
            try (Cartridge model = Cartridge.open(shipped)) {
                if (digest.equals(digest(model))) {
                    return Spelling.of(model.hasTokenizer() ? model.tokenizer() : null);
                }
            }
        }
        return unknown(digest, "name its file with -c to see text");
    }

    private static String digest(Cartridge model) {
        return "sha256:" + model.digest();
    }

    private Spelling unknown(String digest, String what) {
        terminal.err()
                .println("The model " + ConsoleText.visible(digest) + " wrote this image: its ids are shown; " + what
                        + ".");
        return Spelling.UNKNOWN;
    }
}
