package org.pixelllm.cli.answer;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.Shown;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.text.Scores;
import org.pixelllm.protocol.images.ScoresImage;
import org.pixelllm.protocol.images.TokenImage;

/** How probable the prompt was, where somebody asks. */
final class ScoresOption {

    private final Command.Value<Boolean> flag;

    ScoresOption(Command command) {
        flag = command.flag(
                "Write the probability of each token of the prompt, prompt_scores.pxi; say its perplexity.",
                "--scores");
    }

    boolean isAsked() {
        return flag.get();
    }

    /**
     * Scores a prompt and writes its image.
     *
     * @return what was found, or null where nobody asks
     */
    @Nullable
    Scores write(PixelLlm model, TokenImage prompt, String name, Outputs files) throws IOException {
        if (!isAsked()) {
            return null;
        }
        Scores scores = model.score(prompt, name);
        files.write(ScoresImage.NAME, file -> scores.image().write(file, model.provenance(scores)));
        return scores;
    }

    /** One line. */
    static String words(Scores scores) {
        if (scores.isEmpty()) {
            return "prompt: one token, which nothing predicts";
        }
        String perplexity = "prompt: perplexity " + Shown.thousandths(scores.perplexity());
        return scores.characters() == 0
                ? perplexity
                : perplexity + ", " + Shown.thousandths(scores.bitsPerCharacter()) + " bits per character";
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
