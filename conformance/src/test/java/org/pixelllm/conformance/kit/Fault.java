package org.pixelllm.conformance.kit;

import java.util.List;
import org.pixelllm.conformance.Check;
import org.pixelllm.conformance.Rule;

/** What can be wrong with the toy implementation, and the checks that must say so. */
enum Fault {
    NONE(),

    WRONG_BYTE_ORDER(Rule.PREDICTION_IDS),
    SOFTMAX_OVER_THE_VOCABULARY(Rule.PREDICTION_SUM),
    UNSORTED(Rule.PREDICTION_ORDER),
    ROUNDING_UP(Rule.PREDICTION_SUM),
    FLAT_HEAT_MAP(Rule.HEATMAP_FLAT),
    OFF_BY_ONE_WIDTH(Rule.HEATMAP_SIZE),
    RGBA_OUTPUT(Rule.PREDICTION_FORMAT),
    STALE_OUTPUT(Requirement.FRESH_OUTPUTS),
    ACCEPTS_VERSION_2(Requirement.REFUSES_VERSION),
    IGNORES_THE_COUNT(Requirement.REFUSES_COUNT),

    WRONG_BYTE_ORDER_OF_THE_COUNT(Requirement.ACCEPTS_SIZES),
    COUNT_TAKEN_FOR_THE_WIDTH(Requirement.ACCEPTS_SIZES),
    HEAT_MAP_WITH_A_COLUMN_TOO_MANY(Rule.HEATMAP_TOP),
    HEAT_MAP_OF_PROBABILITIES(Rule.HEATMAP_SCALE),
    ROUNDING_TO_NEAREST(Requirement.ROUNDS_DOWN),
    AT_MOST_256_TOKENS(Requirement.ACCEPTS_SIZES),
    REFUSES_INTERLACED(Requirement.ACCEPTS_ENCODINGS),
    ANSWERS_THE_BYTES_OF_THE_FILE(Requirement.SAME_PIXELS),
    NEVER_THE_SAME(Requirement.SIMILAR_AGAIN),
    ALWAYS_THE_SAME(Requirement.DEPENDS_ON_INPUT),
    WRITES_BEFORE_IT_READS(Requirement.KEEPS_EARLIER_OUTPUTS, Requirement.REFUSES_DAMAGE),
    NO_HEAT_MAP(Rule.HEATMAP_FILE),
    ANSWERS_ANYTHING(
            Requirement.REFUSES_VERSION,
            Requirement.REFUSES_COUNT,
            Requirement.REFUSES_NO_TOKENS,
            Requirement.REFUSES_HEIGHT,
            Requirement.REFUSES_UNKNOWN_IDS,
            Requirement.REFUSES_BLUE,
            Requirement.REFUSES_TRANSPARENCY,
            Requirement.REFUSES_DAMAGE,
            Requirement.REFUSES_OTHER_FILES),
    HANGS(Requirement.ENDS),
    ANSWERS_VERSION_1_IN_VERSION_2(Requirement.ANSWERS_VERSION_1),
    SHORT_IDS(Rule.HEATMAP_TOP),
    ANOTHER_MODEL(Requirement.SIMILAR_TO_OTHER, Requirement.GOLDEN);

    private final List<Check> caughtBy;

    Fault(Check... caughtBy) {
        this.caughtBy = List.of(caughtBy);
    }

    /** How many ids the model has in which it shows. */
    int vocabulary() {
        return this == ANSWERS_VERSION_1_IN_VERSION_2 || this == SHORT_IDS ? Toy.WIDE : Toy.VOCABULARY;
    }

    List<Check> caughtBy() {
        return caughtBy;
    }
}
