package org.pixelllm.forge.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.forge.train.data.Corpus;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.cartridge.CartridgeVerifier;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;

/** The cartridge in {@code cartridges/}: sound, as the README says, and beside character n-gram models. */
class ShippedCartridgeTest {

    private static final Path ROOT = Path.of(System.getProperty("pixelllm.root"));
    private static final Path CARTRIDGE = ROOT.resolve("cartridges/default.pxi");
    private static final Path CORPUS = ROOT.resolve("../shared/reference/corpus");

    private static final boolean LONG = Boolean.getBoolean("pixelllm.long");

    /** Characters of stories-valid.txt, from its start: the whole text takes minutes. */
    private static final int PART = LONG ? 60_000 : 6_000;

    /** Bits per character on that part, measured with the SIMD executor. */
    private static final double BITS_OF_PART = LONG ? 0.9505 : 1.0719;

    /** How far the README's figure, of the whole text, may be from that of the part. */
    private static final double OF_WHOLE = LONG ? 0.05 : 0.15;

    @Test
    void isSoundAndSaysWhereItComesFrom() throws IOException {
        CartridgeVerifier.verify(CARTRIDGE);
        try (Cartridge cartridge = Cartridge.open(CARTRIDGE)) {
            assertThat(cartridge.isMapped()).isTrue();
            assertThat(cartridge.program().vocabulary()).isEqualTo(1024);
            assertThat(cartridge.manifest().licence()).isEqualTo("Apache-2.0");
            assertThat(cartridge.manifest().provenance())
                    .containsKeys("text 1", "text 1 sha256", "text 2 sha256", "seed", "steps");
        }
    }

    @Test
    void keepsToTheFiguresOfTheReadme() throws IOException {
        assumeThat(CORPUS.resolve("stories-valid.txt"))
                .as("the texts to measure on; without them this test is skipped")
                .exists();
        Corpus valid = Corpus.read(CORPUS.resolve("stories-valid.txt"), CharacterTokenizer.PROTOCOL);
        Corpus part = new Corpus(valid.name(), valid.sha256(), PART, Arrays.copyOf(valid.ids(), PART));
        double model;
        int cores = Runtime.getRuntime().availableProcessors();
        try (Cartridge cartridge = Cartridge.open(CARTRIDGE);
                Workers workers = new Workers(cores);
                SimdExecutor simd = new SimdExecutor(cores)) {
            model = new Evaluator(simd.load(cartridge.program(), cartridge.weights()), workers)
                    .bitsPerCharacter(part, tokens -> {});
        }
        SoftAssertions figures = new SoftAssertions();
        figures.assertThat(model).isCloseTo(BITS_OF_PART, within(0.001));
        figures.assertThat(model).isLessThan(stated("4-gram"));
        figures.assertThat(stated("shipped cartridge")).isCloseTo(model, within(OF_WHOLE));
        figures.assertThat(stated("4-gram")).isLessThan(stated("2-gram"));
        figures.assertAll();
    }

    /** Of 18 million characters, which for 4-grams takes a while. */
    static IntStream orders() {
        return LONG ? IntStream.of(2, 4) : IntStream.of(2);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void nGramsGiveTheFiguresOfTheReadme(int order) throws IOException {
        assumeThat(CORPUS.resolve("stories-train.txt"))
                .as("the texts to count; without them this test is skipped")
                .exists();
        Corpus train = Corpus.read(CORPUS.resolve("stories-train.txt"), CharacterTokenizer.PROTOCOL);
        Corpus valid = Corpus.read(CORPUS.resolve("stories-valid.txt"), CharacterTokenizer.PROTOCOL);
        assertThat(new NGramModel(order, 1024, train.ids()).bitsPerCharacter(valid.ids()))
                .isCloseTo(stated(order + "-gram"), within(0.002));
    }

    /** The figure in the README's table row that begins with these words. */
    private static double stated(String words) throws IOException {
        Matcher row = Pattern.compile("\\| [^|]*" + Pattern.quote(words) + "[^|]*\\| ([0-9.]+) \\|")
                .matcher(Files.readString(ROOT.resolve("README.md")));
        assertThat(row.find()).as("a row for %s in the README", words).isTrue();
        return Double.parseDouble(row.group(1));
    }
}
