package org.pixelllm.conformance.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.conformance.Check;
import org.pixelllm.conformance.OutputRules;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.protocol.images.TokenImage;

/** The kit finds nothing wrong with a right implementation, and each fault by the check that names it. */
class KitTest {

    @TempDir
    private Path folder;

    private Path golden;

    @BeforeEach
    void makeGoldenAnswers() throws IOException {
        golden = Files.createDirectory(folder.resolve("golden"));
        for (int size : new int[] {3, 30}) {
            Path request = golden.resolve(size + ".input_tokens.pxi");
            ValidCases.tokens(size, Toy.VOCABULARY).write(request, Map.of());
            Path outputs = Files.createDirectory(folder.resolve("outputs-" + size));
            new Toy(Fault.NONE).run(request, outputs, Kit.LIMIT);
            for (String file : List.of(OutputRules.PREDICTION, OutputRules.HEATMAP)) {
                Files.copy(outputs.resolve(file), golden.resolve(size + "." + file));
            }
        }
    }

    private Report test(Toy tested) throws IOException, InterruptedException {
        int vocabulary = tested.vocabulary();
        Kit.Settings settings = new Kit.Settings(vocabulary, Kit.LIMIT, vocabulary == Toy.VOCABULARY ? golden : null);
        return Kit.test(tested, new Toy(Fault.NONE, vocabulary), settings, (done, of, run) -> {});
    }

    private static List<Check> failing(Report report) {
        return report.results().stream()
                .filter(each -> !each.failures().isEmpty())
                .map(Report.Result::check)
                .toList();
    }

    @Test
    void nothingIsWrongWithARightOneAndEveryCheckWasMade() throws IOException, InterruptedException {
        Report report = test(new Toy(Fault.NONE));

        assertThat(report.words()).noneMatch(line -> line.startsWith("FAILS"));
        assertThat(report.holds()).isTrue();
        assertThat(report.results())
                .extracting(Report.Result::check)
                .containsExactlyElementsOf(Kit.checks(PxiVersion.V1, true, true))
                .contains(Requirement.REFUSES_BLUE)
                .doesNotContain(Requirement.ANSWERS_VERSION_1);
        assertThat(report.results()).allMatch(each -> each.tested() > 0);
        assertThat(report.files()).isEmpty();
    }

    /** It speaks version 2, answers or refuses a question of version 1, and refuses version 3. */
    @Test
    void nothingIsWrongWithARightOneOfAWideVocabulary() throws IOException, InterruptedException {
        Report report = test(new Toy(Fault.NONE, Toy.WIDE));

        assertThat(report.words()).noneMatch(line -> line.startsWith("FAILS"));
        assertThat(report.results())
                .extracting(Report.Result::check)
                .containsExactlyElementsOf(Kit.checks(PxiVersion.V2, true, false))
                .contains(Requirement.ANSWERS_VERSION_1)
                .doesNotContain(Requirement.REFUSES_BLUE);
        assertThat(report.results()).allMatch(each -> each.tested() > 0);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void eachFaultIsFoundByItsName(Fault fault) throws IOException, InterruptedException {
        Report report = test(new Toy(fault));

        assertThat(report.holds()).isFalse();
        assertThat(failing(report)).as(String.join("\n", report.words())).containsAll(fault.caughtBy());
        for (Report.Result each : report.results()) {
            assertThat(each.failures())
                    .allSatisfy(failure -> assertThat(failure.message()).contains("expected", "found"));
        }
    }

    /** Each requirement is broken by some fault, so that none is there for show. */
    @Test
    void everyRequirementHasItsFault() {
        Set<Check> caught = new HashSet<>();
        for (Fault fault : Fault.values()) {
            caught.addAll(fault.caughtBy());
        }
        assertThat(caught).contains(Requirement.values());
    }

    @Test
    void whatHangsIsGivenUp() throws IOException, InterruptedException {
        Report report = test(new Toy(Fault.HANGS));

        assertThat(report.facts()).containsEntry("finished", false).containsEntry("runs", Kit.MAX_STOPPED);
        assertThat(String.join("\n", report.words())).contains("not finished");
    }

    @Test
    void theFilesThatFailedCanBeLookedAt() throws IOException, InterruptedException {
        Report report = test(new Toy(Fault.ACCEPTS_VERSION_2));

        assertThat(report.files()).containsOnlyKeys("version-2");
        assertThat(report.words()).contains("         version-2: expected a non-zero exit code, found 0");
        assertThat(report.words().getLast()).endsWith(": 1 fails");
    }

    /** The same as a command: what a stranger's implementation is. It is started once a file, so in the long form only. */
    @Test
    void aCommandIsTested() throws IOException, InterruptedException {
        assumeThat(Boolean.getBoolean("pixelllm.long")).as("the long form").isTrue();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("java.class.path");
        String command = "\"" + java + "\" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp \""
                + classes + "\" " + Toy.class.getName()
                + " --fault none {input} {output_dir}";

        Report report = Kit.test(
                new CommandImplementation(command, folder),
                null,
                new Kit.Settings(Toy.VOCABULARY, Kit.LIMIT, null),
                (done, of, run) -> {});

        assertThat(report.holds()).as(String.join("\n", report.words())).isTrue();
        assertThat(report.results()).extracting(Report.Result::check).doesNotContain(Requirement.GOLDEN);
    }

    @Test
    void aFolderWithoutGoldenRequestsIsRefused() {
        Kit.Settings settings = new Kit.Settings(Toy.VOCABULARY, Kit.LIMIT, folder);
        assertThatThrownBy(() -> Kit.test(new Toy(Fault.NONE), null, settings, (done, of, run) -> {}))
                .isInstanceOf(PxiException.class)
                .hasMessageContaining("input_tokens.pxi");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 256, 65_535, 65_536, 65_537, 262_144, 1 << 19})
    void everyVocabularyHasItsFiles(int vocabulary) throws IOException {
        List<Case> all = ValidCases.all(vocabulary);
        for (Case each : all) {
            Path file = folder.resolve(each.name() + ".pxi");
            byte[] bytes = each.file();
            assertThat(bytes).isNotNull();
            Files.write(file, bytes);
            TokenImage tokens = TokenImage.read(file);
            assertThat(tokens).as(each.name()).isEqualTo(each.tokens());
            tokens.requireVocabulary(vocabulary, each.name());
        }
        assertThat(all).extracting(Case::name).doesNotHaveDuplicates();
        List<Case> invalid = InvalidCases.all(vocabulary);
        assertThat(invalid).extracting(Case::name).doesNotHaveDuplicates();
        for (Case each : invalid) {
            Path file = folder.resolve(each.name() + ".pxi");
            byte[] bytes = each.file();
            if (bytes != null) {
                Files.write(file, bytes);
            }
            assertThatThrownBy(() -> TokenImage.read(file).requireVocabulary(vocabulary, each.name()))
                    .as(each.name())
                    .isInstanceOf(PxiException.class);
        }
        assertThat(Arrays.stream(Requirement.values())
                        .filter(each -> each.name().startsWith("REFUSES"))
                        .filter(each -> each.isOf(PxiVersion.of(vocabulary)))
                        .filter(each -> vocabulary != 65_536 || each != Requirement.REFUSES_UNKNOWN_IDS))
                .allSatisfy(requirement -> assertThat(invalid).anyMatch(each -> each.requirement() == requirement));
    }
}
