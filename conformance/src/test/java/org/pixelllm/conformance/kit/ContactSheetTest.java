package org.pixelllm.conformance.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.protocol.png.Pixels;

/** The contact sheet shows where two implementations differ, and by which sign. */
class ContactSheetTest {

    private static final int COLOURED = 40;

    private static Pixels sheet(Fault other) throws IOException, InterruptedException {
        Kit.Settings settings = new Kit.Settings(Toy.VOCABULARY, Kit.LIMIT, null);
        return Kit.test(new Toy(Fault.NONE), new Toy(other), settings, (done, of, run) -> {})
                .sheet();
    }

    /** Pixels that are more red than blue, or the other way round, as sign says. */
    private static int coloured(Pixels pixels, int sign) {
        int count = 0;
        for (int y = 0; y < pixels.height(); y++) {
            for (int x = 0; x < pixels.width(); x++) {
                count += sign * (pixels.red(x, y) - pixels.blue(x, y)) > COLOURED ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void differencesHaveTwoHues() throws IOException, InterruptedException {
        Pixels same = sheet(Fault.NONE);
        Pixels different = sheet(Fault.WRONG_BYTE_ORDER_OF_THE_COUNT);
        Pixels colours = sheet(Fault.HEAT_MAP_OF_PROBABILITIES);

        assertThat(coloured(colours, -1)).isGreaterThan(10 * coloured(same, -1));
        assertThat(coloured(colours, 1)).isLessThan(2 * coloured(same, 1)); // probabilities are the darker ones
        assertThat(different.height()).isEqualTo(same.height());
    }

    @Test
    void oneImplementationAloneHasASheetToo() throws IOException, InterruptedException {
        Kit.Settings settings = new Kit.Settings(Toy.VOCABULARY, Kit.LIMIT, null);
        Report report = Kit.test(new Toy(Fault.NONE), null, settings, (done, of, run) -> {});

        assertThat(report.sheet().width()).isLessThan(sheet(Fault.NONE).width());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 33, 65_536})
    void anyVocabularyIsDrawn(int vocabulary) {
        assertThat(ContactSheet.draw(List.of(), "one", "other", "summary", vocabulary)
                        .width())
                .isPositive();
    }
}
