package org.pixelllm.engine.text;

import java.util.LinkedHashMap;
import java.util.Map;
import org.pixelllm.protocol.images.ScoresImage;

/**
 * How probable a prompt was to a model. Nothing predicts the first token, so it does not count.
 *
 * @param image the probability of each token
 * @param nats the sum of −ln p over the tokens after the first
 * @param characters Unicode code points of these; 0 where the model has no tokenizer to tell them
 */
public record Scores(ScoresImage image, double nats, int characters) {

    /** Whether there is a token after the first. */
    public boolean isEmpty() {
        return image.tokens().size() < 2;
    }

    /** Among how many equally probable tokens the model chose each time, as it were; 1 for an empty prompt. */
    public double perplexity() {
        return isEmpty() ? 1 : StrictMath.exp(nats / (image.tokens().size() - 1));
    }

    /** Bits for each character after the first token; 0 where there is none. */
    public double bitsPerCharacter() {
        return characters == 0 ? 0 : nats / StrictMath.log(2) / characters;
    }

    /** The two numbers as text entries, where there are any. */
    public Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>();
        if (!isEmpty()) {
            entries.put("Perplexity", String.valueOf(perplexity()));
        }
        if (characters > 0) {
            entries.put("BitsPerCharacter", String.valueOf(bitsPerCharacter()));
        }
        return entries;
    }
}
