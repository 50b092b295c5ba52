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
    STALE_OUTPUT(Conduct.FRESH_OUTPUTS),
    ACCEPTS_VERSION_2(Conduct.REFUSES_VERSION),
    IGNORES_THE_COUNT(Conduct.REFUSES_COUNT),

    WRONG_BYTE_ORDER_OF_THE_COUNT(Conduct.ACCEPTS_SIZES),
    COUNT_TAKEN_FOR_THE_WIDTH(Conduct.ACCEPTS_SIZES),
    HEAT_MAP_WITH_A_COLUMN_TOO_MANY(Rule.HEATMAP_TOP),
    HEAT_MAP_OF_PROBABILITIES(Rule.HEATMAP_SCALE),
    ROUNDING_TO_NEAREST(Conduct.ROUNDS_DOWN),
    AT_MOST_256_TOKENS(Conduct.ACCEPTS_SIZES),
    REFUSES_INTERLACED(Conduct.ACCEPTS_ENCODINGS),
    ANSWERS_THE_BYTES_OF_THE_FILE(Conduct.SAME_PIXELS),
    NEVER_THE_SAME(Conduct.SIMILAR_AGAIN),
    ALWAYS_THE_SAME(Conduct.DEPENDS_ON_INPUT),
    WRITES_BEFORE_IT_READS(Conduct.KEEPS_EARLIER_OUTPUTS, Conduct.REFUSES_DAMAGE),
    NO_HEAT_MAP(Rule.HEATMAP_FILE),
    ANSWERS_ANYTHING(
            Conduct.REFUSES_VERSION,
            Conduct.REFUSES_COUNT,
            Conduct.REFUSES_NO_TOKENS,
            Conduct.REFUSES_HEIGHT,
            Conduct.REFUSES_UNKNOWN_IDS,
            Conduct.REFUSES_BLUE,
            Conduct.REFUSES_TRANSPARENCY,
            Conduct.REFUSES_DAMAGE,
            Conduct.REFUSES_OTHER_FILES),
    HANGS(Conduct.ENDS),
    ANOTHER_MODEL(Conduct.SIMILAR_TO_OTHER, Conduct.GOLDEN);

    private final List<Check> caughtBy;

    Fault(Check... caughtBy) {
        this.caughtBy = List.of(caughtBy);
    }

    List<Check> caughtBy() {
        return caughtBy;
    }
}
