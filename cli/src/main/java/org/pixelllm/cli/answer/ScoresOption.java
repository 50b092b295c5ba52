package org.pixelllm.cli.answer;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ConsoleText;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.text.Scores;
import org.pixelllm.protocol.images.ScoresImage;
import org.pixelllm.protocol.images.TokenImage;

/** The option that scores the prompt: how probable the model finds it. */
final class ScoresOption {

    private final Command.Value<Boolean> flag;

    ScoresOption(Command command) {
        flag = command.flag(
                "Write prompt_scores.pxi, the probability of each token of the prompt, and print its perplexity.",
                "--scores");
    }

    boolean isGiven() {
        return flag.get();
    }

    /**
     * Scores a prompt and writes its image.
     *
     * @return the scores, or null without the option
     */
    @Nullable
    Scores write(PixelLlm model, TokenImage prompt, String name, Outputs files) throws IOException {
        if (!isGiven()) {
            return null;
        }
        Scores scores = model.score(prompt, name);
        files.write(ScoresImage.NAME, file -> scores.image().write(file, model.provenance(scores)));
        return scores;
    }

    /** One line. */
    static String words(Scores scores) {
        if (scores.isEmpty()) {
            return "prompt: only one token, so no perplexity";
        }
        String perplexity = "prompt: perplexity " + ConsoleText.thousandths(scores.perplexity());
        return scores.characters() == 0
                ? perplexity
                : perplexity + ", " + ConsoleText.thousandths(scores.bitsPerCharacter()) + " bits per character";
    }

    static void addTo(Map<String, Object> json, @Nullable Scores scores) {
        if (scores == null || scores.isEmpty()) {
            return;
        }
        json.put("perplexity", scores.perplexity());
        if (scores.characters() > 0) {
            json.put("bits_per_character", scores.bitsPerCharacter());
        }
    }
}
