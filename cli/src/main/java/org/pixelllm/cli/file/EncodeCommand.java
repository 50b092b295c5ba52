package org.pixelllm.cli.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.pixelllm.cli.storage.Targets;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.TextArgument;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.chat.Conversation;
import org.pixelllm.protocol.images.CharacterTokens;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;

/** Writes a text as a token image. */
public final class EncodeCommand extends Command {

    private final Value<String> given =
            parameter(String.class, word -> word, "TEXT", "The text; - reads it from standard input.", false);
    private final Value<Path> file = requiredPath("FILE.pxi", "The image to write.", "-o", "--output");
    private final Value<Path> cartridge =
            path("FILE", "Use this model's tokenizer. Default: the protocol's characters.", "-c", "--cartridge");

    private final ChatOption chat = new ChatOption(this);
    private final Value<Boolean> force = Targets.forceFlag(this);

    public EncodeCommand(Terminal terminal) {
        super("encode", "Write a text as a token image.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        Targets.of(cartridge.orNull()).requireNoModel(file.get(), force.get());
        Path named = cartridge.orNull();
        if (!given.isGiven() && !chat.hasTurns()) {
            throw new UsageException("Give a text, or a conversation with --chat ROLE:TEXT.");
        }
        if (chat.isGiven() && named == null) {
            throw new UsageException("--chat: name the model whose template spells the conversation with -c FILE.");
        }
        int[] ids;
        PxiVersion version = PxiVersion.V1;
        Map<String, String> text = new LinkedHashMap<>();
        text.put("Software", "Pixel-LLM " + PixelLlm.VERSION);
        if (named == null) {
            ids = CharacterTokenizer.PROTOCOL.encode(TextArgument.read(given.get(), terminal));
        } else {
            try (Cartridge model = Cartridge.open(named)) {
                ids = chat.isGiven()
                        ? Conversation.ids(model, chat.turns(given.orNull()))
                        : model.tokenizer().encode(TextArgument.read(given.get(), terminal));
                version = PxiVersion.of(model.program().vocabulary());
                text.put("Cartridge", "sha256:" + model.digest());
            }
        }
        if (ids.length == 0 || ids.length > CharacterTokens.MAX_TOKENS) {
            throw new UsageException(
                    "TEXT: expected 1 to " + CharacterTokens.MAX_TOKENS + " tokens, found " + ids.length + ".");
        }
        new TokenImage(version, ids).write(file.get(), text);
        if (verbose()) {
            terminal.err().println(file.get() + ": " + ids.length + " tokens");
        }
        return ExitCode.OK;
    }
}
