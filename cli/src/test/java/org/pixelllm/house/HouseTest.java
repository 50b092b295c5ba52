package org.pixelllm.house;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.pixelllm.engine.PixelLlm;

/** The house plan as rules: which room may know which. */
class HouseTest {

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.pixelllm");

    @Test
    void roomsKnowOnlyWhatThePlanAllows() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("protocol")
                .definedBy("org.pixelllm.protocol..")
                .layer("pxvm")
                .definedBy("org.pixelllm.pxvm..")
                .layer("webgpu")
                .definedBy("org.pixelllm.webgpu..")
                .layer("engine")
                .definedBy("org.pixelllm.engine..")
                .layer("forge")
                .definedBy("org.pixelllm.forge..")
                .layer("conformance")
                .definedBy("org.pixelllm.conformance..")
                .layer("cli")
                .definedBy("org.pixelllm.cli..")
                .whereLayer("protocol")
                .mayNotAccessAnyLayer()
                .whereLayer("pxvm")
                .mayOnlyAccessLayers("protocol")
                .whereLayer("webgpu")
                .mayOnlyAccessLayers("pxvm", "protocol")
                .whereLayer("engine")
                .mayOnlyAccessLayers("pxvm", "protocol")
                .whereLayer("forge")
                .mayOnlyAccessLayers("pxvm", "protocol")
                .whereLayer("conformance")
                .mayOnlyAccessLayers("protocol")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .check(HOUSE);
    }

    @Test
    void everyRoomIsOnThePlan() {
        assertThat(HOUSE)
                .extracting(each -> each.getPackageName().split("\\.", -1)[2])
                .containsOnly("protocol", "pxvm", "webgpu", "engine", "forge", "conformance", "cli");
    }

    @Test
    void noRoomHasACircleOfPackages() {
        slices().matching("org.pixelllm.(**)").should().beFreeOfCycles().check(HOUSE);
    }

    /** The Vector API may be absent at run time, so nothing outside its packages may touch it. */
    @Test
    void theVectorApiStaysInTheSimdExecutor() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage("org.pixelllm.pxvm.executor.simd..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .check(HOUSE);
    }

    /** JSON is for manifests, importers and scripts: a prediction needs nothing but the JDK. */
    @Test
    void theFastPathNeedsOnlyTheJdk() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAnyPackage(
                        "org.pixelllm.protocol..",
                        "org.pixelllm.pxvm.executor..",
                        "org.pixelllm.pxvm.program..",
                        "org.pixelllm.pxvm.weights..",
                        "org.pixelllm.pxvm.tokenizer..",
                        "org.pixelllm.webgpu..",
                        "org.pixelllm.engine..",
                        "org.pixelllm.conformance..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("java..", "jdk..", "org.pixelllm..", "org.jspecify..")
                .check(HOUSE);
    }

    @Test
    void theVersionIsTheBuilds() throws IOException {
        Path root = Path.of(System.getProperty("pixelllm.root"));
        assertThat(Files.readString(root.resolve("pom.xml")))
                .contains("<version>" + PixelLlm.VERSION + "-SNAPSHOT</version>");
        assertThat(Files.readString(root.resolve("pyproject.toml"))).contains("version = \"" + PixelLlm.VERSION + "\"");
    }
}
