package org.pixelllm.house;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.engine.PixelLlm;

/** The house plan as rules: which room may know which, and which of its packages. Every module's main code is read. */
class HouseTest {

    private static final int MAX_TYPES = 25;

    /** Functions of {@code Math} that are exact, or rounded correctly. */
    private static final Set<String> EXACT = Set.of(
            "abs",
            "ceil",
            "floor",
            "rint",
            "round",
            "sqrt",
            "fma",
            "signum",
            "copySign",
            "scalb",
            "ulp",
            "nextUp",
            "nextDown",
            "nextAfter",
            "getExponent",
            "max",
            "min",
            "clamp",
            "toRadians",
            "toDegrees");

    /** Functions of the Vector API that are neither. */
    private static final Set<String> INEXACT_VECTORS = Set.of(
            "SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN", "ATAN2", "EXP", "EXPM1", "LOG", "LOG10", "LOG1P", "POW",
            "CBRT", "SINH", "COSH", "TANH", "HYPOT");

    private static JavaClasses house = new ClassFileImporter().importPaths(List.of());

    @BeforeAll
    static void readEveryModule() throws IOException {
        List<Path> folders = Sources.modules().stream()
                .map(module -> Sources.ROOT.resolve(module).resolve("target/classes/org/pixelllm"))
                .toList();
        assertThat(folders).allSatisfy(folder -> assertThat(folder).isDirectory());
        house = new ClassFileImporter().importPaths(folders);
    }

    private static Room room(JavaClass type) {
        return Room.of(type.getPackageName())
                .orElseThrow(() -> new AssertionError(type.getName() + " is in no room of the plan"));
    }

    /** The uses of other rooms' code that a rule forbids, one line for each pair of a class and a class. */
    private static Set<String> uses(Predicate<Dependency> forbidden) {
        return house.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(use -> use.getTargetClass().getPackageName().startsWith(Room.ROOT))
                .filter(use -> !room(use.getOriginClass()).equals(room(use.getTargetClass())))
                .filter(forbidden)
                .map(use -> use.getOriginClass().getName() + " uses "
                        + use.getTargetClass().getName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyModuleIsARoomOfThePlan() throws IOException {
        assertThat(Sources.modules())
                .containsExactlyInAnyOrderElementsOf(
                        Room.PLAN.stream().map(Room::name).toList());
        assertThat(house).allSatisfy(type -> assertThat(room(type)).isNotNull());
        assertThat(house).extracting(HouseTest::room).containsAll(Room.PLAN);
    }

    @Test
    void roomsKnowOnlyWhatThePlanAllows() {
        assertThat(uses(use -> !room(use.getOriginClass())
                        .knows()
                        .contains(room(use.getTargetClass()).name())))
                .as("rooms that the plan does not let them know")
                .isEmpty();
    }

    @Test
    void ofOtherRoomsOnlyTheirApiIsUsed() {
        assertThat(uses(use -> {
                    String user = use.getOriginClass().getPackageName();
                    String target = use.getTargetClass().getPackageName();
                    return !room(use.getTargetClass()).apiPackages().contains(target)
                            && Room.EXEMPTIONS.stream().noneMatch(each -> each.allows(user, target));
                }))
                .as("packages of other rooms that are not for others; the table of Room names those that are")
                .isEmpty();
    }

    /** What the table lets others use, somebody uses: a package that nobody needs outside is no API. */
    @Test
    void theTableOfApisHasNothingToSpare() {
        Set<String> used = house.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(use -> use.getTargetClass().getPackageName().startsWith(Room.ROOT))
                .filter(use -> !room(use.getOriginClass()).equals(room(use.getTargetClass())))
                .map(use -> use.getTargetClass().getPackageName())
                .collect(Collectors.toSet());
        assertThat(used)
                .containsAll(Room.PLAN.stream()
                        .flatMap(room -> room.apiPackages().stream())
                        .toList());
        assertThat(Room.EXEMPTIONS)
                .allSatisfy(each -> assertThat(uses(use -> each.allows(
                                use.getOriginClass().getPackageName(),
                                use.getTargetClass().getPackageName())))
                        .as(each.toString())
                        .isNotEmpty());
    }

    @Test
    void noPackagesFormACircle() {
        slices().matching(Room.ROOT + ".(**)").should().beFreeOfCycles().check(house);
    }

    @Test
    void noPackageIsTooLarge() {
        Map<String, Long> types = house.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        types.values().removeIf(count -> count <= MAX_TYPES);
        assertThat(types)
                .as("packages of more than %d top-level types", MAX_TYPES)
                .isEmpty();
    }

    /** The list of rooms and packages that the README shows is the list that there is. */
    @Test
    void theReadmeListsEveryRoomAndPackage() throws IOException {
        String readme = Files.readString(Sources.ROOT.resolve("README.md"));
        String list = readme.substring(readme.indexOf("protocol/ "), readme.indexOf("docs/  "));
        List<String> shown = new ArrayList<>();
        String room = "";
        for (String line : list.lines().toList()) {
            String name = line.strip().split(" +", 2)[0];
            if (name.endsWith("/")) {
                room = name.substring(0, name.length() - 1);
                assertThat(Sources.ROOT.resolve(room)).isDirectory();
            } else {
                shown.add(room + "." + name);
            }
        }
        Set<String> packages = new TreeSet<>();
        for (Path file : Sources.all()) { // not of the classes: JMH generates some
            String folder =
                    file.getParent().toString().replace(file.getFileSystem().getSeparator(), ".");
            String below = folder.substring(folder.indexOf(Room.ROOT + ".") + Room.ROOT.length() + 1);
            if (below.contains(".")) {
                packages.add(below);
            }
        }
        assertThat(shown).containsExactlyInAnyOrderElementsOf(packages);
    }

    /** The Vector API may be absent at run time, so nothing outside its packages may touch it, but for the benchmarks. */
    @Test
    void theVectorApiStaysInTheSimdExecutor() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackages("org.pixelllm.pxvm.executor.simd..", "org.pixelllm.bench..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .check(house);
    }

    /**
     * {@code Math}'s functions, and the Vector API's, may give other bits on another processor, or once they are compiled;
     * StrictMath's and our own do not.
     */
    @Test
    void noBitsDependOnTheProcessor() {
        Set<String> rooms = Set.of("protocol", "pxvm", "webgpu", "engine", "forge", "conformance");
        assertThat(inexact(house.stream()
                        .filter(type -> rooms.stream()
                                .anyMatch(each -> type.getPackageName().startsWith(Room.ROOT + "." + each)))))
                .isEmpty();
        assertThat(inexact(new ClassFileImporter().importClasses(Inexact.class).stream()))
                .hasSize(2)
                .allSatisfy(each -> assertThat(each).contains("Inexact"));
    }

    /** What the rule must find. */
    private record Inexact(DoubleUnaryOperator function, double value) {
        Inexact(double x) {
            this(Math::tanh, StrictMath.log(Math.sqrt(Math.abs(x))) + Math.exp(x));
        }
    }

    private static Set<String> inexact(Stream<JavaClass> types) {
        return types.flatMap(type -> Stream.concat(
                        type.getAccessesFromSelf().stream(), type.getCodeUnitReferencesFromSelf().stream()))
                .filter(HouseTest::dependsOnTheProcessor)
                .map(access -> access.getOrigin().getFullName() + " uses "
                        + access.getTarget().getFullName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean dependsOnTheProcessor(JavaAccess<?> access) {
        String name = access.getTarget().getName();
        JavaClass type = access.getTargetOwner();
        if (type.isEquivalentTo(Math.class)) {
            return access.getTarget() instanceof CodeUnitAccessTarget function
                    && function.getRawReturnType().isEquivalentTo(double.class)
                    && !EXACT.contains(name);
        }
        return switch (type.getName()) {
            case "jdk.incubator.vector.VectorOperators" -> INEXACT_VECTORS.contains(name);
            case "jdk.incubator.vector.FloatVector", "jdk.incubator.vector.DoubleVector" ->
                name.equals("reduceLanes") || name.equals("pow");
            default -> false;
        };
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
                .resideOutsideOfPackages(
                        "java..", "jdk..", "org.pixelllm..", "org.jspecify..", "com.google.errorprone.annotations..")
                .check(house);
    }

    /** Lines that would be a second place of a fact; each names the one place that may have it. */
    @ParameterizedTest
    @MethodSource("org.pixelllm.house.Once#facts")
    void aFactStandsOnce(Once fact) throws IOException {
        assertThat(fact.secondPlaces()).as(fact.toString()).isEmpty();
    }

    @Test
    void theVersionIsTheBuilds() throws IOException {
        assertThat(Files.readString(Sources.ROOT.resolve("pom.xml")))
                .contains("<version>" + PixelLlm.VERSION + "-SNAPSHOT</version>");
        assertThat(Files.readString(Sources.ROOT.resolve("pyproject.toml")))
                .contains("version = \"" + PixelLlm.VERSION + "\"");
    }
}
