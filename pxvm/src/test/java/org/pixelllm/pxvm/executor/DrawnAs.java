package org.pixelllm.pxvm.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Offset;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;

/** Compares what was drawn with what logits say: the same ids, and every confidence and grey within 1. */
public final class DrawnAs {

    private static final Offset<Integer> ONE = Offset.offset(1);

    private DrawnAs() {}

    /** Compares. */
    public static void compare(String what, Row drawn, float[] logits, int top) {
        List<Prediction> wanted = PredictionImage.of(logits, top).predictions();
        List<Prediction> found = drawn.prediction(top).predictions();
        assertThat(found)
                .as(what)
                .extracting(Prediction::id)
                .isEqualTo(wanted.stream().map(Prediction::id).toList());
        for (int i = 0; i < wanted.size(); i++) {
            assertThat(found.get(i).confidence())
                    .as(what)
                    .isCloseTo(wanted.get(i).confidence(), ONE);
        }
        LogitsHeatmap greys = LogitsHeatmap.of(logits);
        LogitsHeatmap map = drawn.heatmap();
        assertThat(map.height()).as(what).isEqualTo(greys.height());
        for (int id = 0; id < greys.width() * greys.height(); id++) {
            assertThat(map.value(id)).as("%s, id %d", what, id).isCloseTo(greys.value(id), ONE);
        }
    }
}
