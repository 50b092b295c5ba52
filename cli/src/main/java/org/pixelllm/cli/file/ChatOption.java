package org.pixelllm.cli.file;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.TextArgument;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.engine.chat.Turn;
import org.pixelllm.protocol.fault.InvalidContentException;

/** The option that makes a conversation of texts. */
public final class ChatOption {

    private final Terminal terminal;
    private final Command.Value<List<String>> turns;

    /** Adds the option to a command. */
    public ChatOption(Command command) {
        terminal = command.terminal;
        turns = command.texts(
                "ROLE:TEXT",
                "Spell a conversation with the model's own template: each ROLE:TEXT is a turn of system, developer, user, assistant"
                        + " or tool; a text without a role is the user's, and so is TEXT, which comes last. Marks of the model"
                        + " within a text stay text.",
                "--chat");
    }

    public boolean isGiven() {
        return turns.isGiven();
    }

    /** Whether the option has turns of its own. */
    public boolean hasTurns() {
        return turns.isGiven() && !turns.get().isEmpty();
    }

    /**
     * The conversation.
     *
     * @param last what the user says in the end, - for standard input, or null
     */
    public List<Turn> turns(@Nullable String last) throws InvalidContentException {
        List<Turn> all = new ArrayList<>();
        for (String each : turns.get()) {
            all.add(Turn.parse(each));
        }
        if (last != null) {
            all.add(new Turn("user", TextArgument.read(last, terminal)));
        }
        if (all.isEmpty()) {
            throw new UsageException("--chat: expected at least one turn, found none. Give ROLE:TEXT or a text.");
        }
        return all;
    }
}
