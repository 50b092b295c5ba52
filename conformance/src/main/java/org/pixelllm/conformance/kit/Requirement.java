package org.pixelllm.conformance.kit;

import org.pixelllm.conformance.Check;
import org.pixelllm.protocol.images.PxiVersion;

/** What is asked of an implementation over many runs. What a single run must write is a {@link org.pixelllm.conformance.Rule}. */
public enum Requirement implements Check {
    ENDS("every run ends within the time limit"),
    ACCEPTS_SIZES("1, 2, 255, 256, 257 and 65,535 tokens are answered, with exit code 0"),
    ACCEPTS_ENCODINGS("token images in every legal PNG encoding are answered, with exit code 0"),
    SAME_PIXELS("pixels that are stored in another way get the same answer"),
    SIMILAR_AGAIN("the same file gets a similar answer again: the top probabilities differ by less than 0.1"),
    DEPENDS_ON_INPUT("different tokens do not all get the same two pictures"),
    FRESH_OUTPUTS("a run replaces both files that an earlier run left in its folder"),
    ROUNDS_DOWN("confidences are rounded down: they hardly ever sum to 255, and not run after run"),

    REFUSES_VERSION(
            "other versions, 0 and 2, or 0 and 3 of a model with more than 65,536 ids, are refused: a non-zero exit code, and neither output file"),
    REFUSES_COUNT("a count that is not the width less one is refused"),
    REFUSES_NO_TOKENS("a token image without tokens is refused"),
    REFUSES_HEIGHT("a picture of two rows is refused"),
    REFUSES_UNKNOWN_IDS("ids that are not below the vocabulary are refused"),
    REFUSES_BLUE("blue in a token's pixel, which version 1 does not use, is refused"),
    REFUSES_TRANSPARENCY("a pixel that is not opaque is refused"),
    REFUSES_DAMAGE("a PNG that is cut off or has a wrong checksum is refused"),
    REFUSES_OTHER_FILES("an empty file, a file that is no PNG and a missing file are refused"),
    ANSWERS_VERSION_1(
            "a model of more than 65,536 ids answers a question of version 1 in version 1, or refuses it and writes nothing"),
    KEEPS_EARLIER_OUTPUTS("a refusal leaves the outputs of an earlier run whole, or takes them away"),

    SIMILAR_TO_OTHER("both implementations' top probabilities differ by less than 0.1, for every valid file"),
    GOLDEN("golden requests get the golden answers: the same ids, confidences and greys within 1");

    private final String statement;

    /** Whether it is asked of models that speak this version. */
    boolean isOf(PxiVersion version) {
        return switch (version) {
            case V1 -> this != ANSWERS_VERSION_1;
            case V2 -> this != REFUSES_BLUE; // where version 2 has a byte of the id
        };
    }

    Requirement(String statement) {
        this.statement = statement;
    }

    @Override
    public String statement() {
        return statement;
    }
}
