package org.pixelllm.cli.answer;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.file.ChatOption;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.TextArgument;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.images.TokenImage;

/** One prompt: a text, or {@code -i} and a token image. */
public final class PromptOptions {

    private final Command.Value<String> text;
    private final Command.Value<Path> image;
    private final Command command;
    private @Nullable ChatOption chat;

    /**
     * Adds the options to a command.
     *
     * @param textHelp what the text is for, without how it is read
     * @param imageHelp what the image is for
     */
    public PromptOptions(Command command, String textHelp, String imageHelp) {
        this.command = command;
        text = command.parameter(
                String.class, word -> word, "TEXT", textHelp + "; - reads it from standard input.", false);
        image = command.path("FILE", imageHelp, "-i", "--input");
    }

    /** Takes conversations too. */
    PromptOptions withChat() {
        chat = new ChatOption(command);
        return this;
    }

    private @Nullable ChatOption chat() {
        return chat != null && chat.isGiven() ? chat : null;
    }

    /**
     * Checks that there is one prompt.
     *
     * @throws UsageException where there is none or two
     */
    public void requireOne() {
        ChatOption conversation = chat();
        if (conversation != null && image.isGiven()) {
            throw new UsageException(
                    "--chat: give texts, or leave it out with -i FILE, whose tokens are a prompt already.");
        }
        requireOne(text.isGiven() || (conversation != null && conversation.hasTurns()), image.isGiven());
    }

    static void requireOne(boolean text, boolean image) {
        if (text == image) {
            throw new UsageException("Give either a text or -i FILE.");
        }
    }

    /** The token image, or null where the prompt is a text. */
    public @Nullable Path file() {
        return image.orNull();
    }

    /** Reads it, with a model's tokenizer where it is a text. */
    public Prompt read(PixelLlm model) throws IOException {
        ChatOption conversation = chat();
        if (conversation != null) {
            return new Prompt(model.tokens(conversation.turns(text.orNull())), Prompt.TEXT, true);
        }
        @Nullable Path file = image.orNull();
        return file == null
                ? new Prompt(model.tokens(TextArgument.read(text.get(), command.terminal)), Prompt.TEXT, true)
                : new Prompt(TokenImage.read(file), file.toString(), false);
    }
}
