package org.pixelllm.engine;

import java.util.Map;
import org.pixelllm.protocol.images.ScoresImage;

/**
 * How probable a prompt was to a model. Nothing predicts the first token, so it does not count.
 *
 * @param image the probability of each token
 * @param nats the sum of −ln p over the tokens behind the first
 * @param characters Unicode code points of these; 0 where the model has no tokenizer to tell them
 */
public record Scores(ScoresImage image, double nats, int characters) {

    /** Whether there is a token behind the first. */
    public boolean isEmpty() {
        return image.tokens().size() < 2;
    }

    /** As if the model had chosen among so many equally probable tokens each time; 1 for an empty prompt. */
    public double perplexity() {
        return isEmpty() ? 1 : StrictMath.exp(nats / (image.tokens().size() - 1));
    }

    /** Bits for each character behind the first token; 0 where there is none. */
    public double bitsPerCharacter() {
        return characters == 0 ? 0 : nats / StrictMath.log(2) / characters;
    }

    /** Adds the two numbers to text entries. */
    Map<String, String> addTo(Map<String, String> entries) {
        if (!isEmpty()) {
            entries.put("Perplexity", String.valueOf(perplexity()));
        }
        if (characters > 0) {
            entries.put("BitsPerCharacter", String.valueOf(bitsPerCharacter()));
        }
        return entries;
    }
}
