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
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
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

    private static final int PART = 60_000; // characters

    /** Bits per character on the first so many of stories-valid.txt, measured with both executors. */
    private static final double BITS_OF_PART = 0.9505;

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
        Corpus train = Corpus.read(CORPUS.resolve("stories-train.txt"), CharacterTokenizer.PROTOCOL);
        Corpus valid = Corpus.read(CORPUS.resolve("stories-valid.txt"), CharacterTokenizer.PROTOCOL);
        double bigram = new NGramModel(2, 1024, train.ids()).bitsPerCharacter(valid.ids());
        double fourGram = new NGramModel(4, 1024, train.ids()).bitsPerCharacter(valid.ids());
        // The whole text takes minutes; a part is held to its own figure, the README's may differ by what texts differ.
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
        figures.assertThat(model).isLessThan(fourGram);
        figures.assertThat(stated("shipped cartridge")).isCloseTo(model, within(0.05));
        figures.assertThat(stated("2-gram")).isCloseTo(bigram, within(0.002));
        figures.assertThat(stated("4-gram")).isCloseTo(fourGram, within(0.002));
        figures.assertAll();
    }

    /** The figure in the README's table row that begins with these words. */
    private static double stated(String words) throws IOException {
        Matcher row = Pattern.compile("\\| [^|]*" + Pattern.quote(words) + "[^|]*\\| ([0-9.]+) \\|")
                .matcher(Files.readString(ROOT.resolve("README.md")));
        assertThat(row.find()).as("a row for %s in the README", words).isTrue();
        return Double.parseDouble(row.group(1));
    }
}
