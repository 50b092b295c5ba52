package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Console;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.cli.daemon.DaemonHere;
import org.pixelllm.cli.terminal.Terminal;

/**
 * The launchers, with a Java that only prints its arguments: the shell's runs in a folder whose name needs quotes, the
 * Windows one is compared with it as text.
 */
class LauncherTest {

    private static final Path ROOT = Captured.ROOT;
    private static final List<String> MODES = List.of("quick", "speak", "gpu", "vector", "train", "serve");
    private static final Pattern FACT = Pattern.compile("([a-z_]+)=\"([^\"$%`\\\\]+)\"");

    /** Prints each argument with a NUL after it, and makes the cache that it is asked for. */
    private static final String JAVA = """
            #!/bin/sh
            for argument in "$@"; do
                case $argument in -XX:AOTCacheOutput=*) : >"${argument#*=}" ;; esac
                printf '%s\\0' "$argument"
            done
            """;

    @TempDir
    private Path folder;

    private Path checkout;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void makeACheckoutAndAJdk() throws IOException {
        checkout = folder.resolve("it's a \"check out\"");
        Files.createDirectories(checkout.resolve("tools"));
        Files.createDirectories(checkout.resolve("cli/target"));
        for (String file : List.of("pixel-llm", "tools/jdk.sh", "tools/launcher.conf", "tools/daemon.sh")) {
            Files.copy(ROOT.resolve(file), checkout.resolve(file));
        }
        Files.createFile(checkout.resolve("cli/target/pixel-llm.jar"));
        Files.createDirectory(lock("client"));
        for (String mode : MODES) {
            Files.createDirectory(lock(mode)); // nothing is made in the background
        }
        Path java = folder.resolve("a jdk/bin/java");
        Files.createDirectories(java.getParent());
        Files.writeString(java, JAVA);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                folder.resolve("a jdk/release"), "JAVA_VERSION_DATE=\"2025-09-16\"\nJAVA_VERSION=\"25.0.1\"\n");
    }

    private Path cache(String mode) {
        return checkout.resolve("cli/target/pixel-llm-" + mode + ".aot");
    }

    private Path lock(String mode) {
        return checkout.resolve("cli/target/pixel-llm-" + mode + ".aot.lock");
    }

    /** What Java is given. */
    private List<String> launch(String... args) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("sh", checkout.resolve("pixel-llm").toString()));
        command.addAll(List.of(args));
        Path out = folder.resolve("out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().put("JAVA_HOME", folder.resolve("a jdk").toString());
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        assertThat(code).as(Files.readString(folder.resolve("err"))).isZero();
        String said = Files.readString(out);
        return List.of(said.substring(0, said.length() - 1).split("\0", -1));
    }

    private static Map<String, String> facts() throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        for (String line : Files.readAllLines(ROOT.resolve("tools/launcher.conf"))) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                Matcher fact = FACT.matcher(line);
                assertThat(fact.matches()).as(line).isTrue();
                assertThat(facts.put(fact.group(1), fact.group(2))).as(line).isNull();
            }
        }
        return facts;
    }

    private static List<String> words(String name) throws IOException {
        return List.of(Objects.requireNonNull(facts().get(name), name).split(" "));
    }

    private static String text(String launcher) throws IOException {
        return Files.readString(ROOT.resolve(launcher)).replace("\r\n", "\n");
    }

    @Test
    void argumentsArriveAsTheyWereGiven() throws IOException, InterruptedException {
        String[] args = {"a  text", "*", "$HOME", "\"quoted\"", "it's", "", "two\nlines", "\\", "é🚀", "-o", "a folder"
        };
        List<String> given = launch(args);
        assertThat(given).endsWith(args);
        assertThat(given.subList(0, given.size() - args.length))
                .startsWith(words("quick_options").toArray(String[]::new))
                .containsAll(words("encoding_options"))
                .endsWith(
                        "-Dpixelllm.home=" + checkout,
                        "-cp",
                        checkout.resolve("cli/target/pixel-llm.jar").toString(),
                        Main.class.getName());
    }

    /** The first call makes the cache, later ones use it. */
    @Test
    void theCacheOfAFolderWithSpacesIsOneArgument() throws IOException, InterruptedException {
        Path cache = cache("quick");
        Files.delete(lock("quick"));
        assertThat(launch("a text")).noneMatch(each -> each.startsWith("-XX:AOT"));
        for (int i = 0; i < 1000 && (!Files.exists(cache) || Files.exists(lock("quick"))); i++) {
            Thread.sleep(10);
        }
        assertThat(launch("a text"))
                .contains("-XX:AOTCache=" + cache)
                .containsAll(words("cache_options"))
                .endsWith(Main.class.getName(), "a text");
    }

    @ParameterizedTest
    @CsvSource({
        "quick, a text",
        "quick, infer|-i|small.pxi",
        "quick, generate look",
        "quick, a text|train",
        "quick, -x|reference|a text",
        "quick, -c|small.pxi|a text",
        "quick, -c|none.pxi|a text",
        "quick, -c|-delete|a text",
        "quick, -c|/|a text",
        "quick, -c|!|a text",
        "quick, --|-xsimd",
        "quick, a text|--|-x|simd",
        "quick, train|--help",
        "quick, look|a text|-h|-x|simd",
        "speak, generate|a text",
        "speak, look|a text",
        "speak, profile|a text",
        "speak, generate|a text|-n|4999",
        "speak, generate|a text|-n|many",
        "speak, generate|a text|-n|-5000",
        "vector, generate|a text|-n|5000",
        "vector, generate|a text|-n5000",
        "vector, generate|a text|--tokens=123456789012345678901234567890",
        "quick, encode|a text|-n|5000",
        "vector, serve-folder|a folder|out",
        "vector, daemon|start",
        "vector, daemon|run",
        "vector, daemon|restart",
        "quick, daemon|stop",
        "quick, a text|-o|daemon|start",
        "vector, infer|-i|a folder",
        "vector, infer|--input=a folder",
        "gpu, devices",
        "gpu, -x|webgpu|a text",
        "gpu, a text|--executor=WebGPU|-c|large.pxi",
        "vector, a text|-x|simd",
        "vector, a text|-xsimd",
        "vector, a text|-x=simd",
        "vector, a text|--executor|SIMD",
        "vector, generate|a text|--executor=simd",
        "vector, a text|-c|large.pxi",
        "vector, a text|-clarge.pxi",
        "vector, a text|--cartridge=large.pxi",
        "vector, infer|-i|a folder|-c|a link.pxi",
        "train, train|text.txt|-o|made.pxi",
        "quick, serve|--help",
        "serve, serve",
        "serve, serve|-c|large.pxi|-x|simd"
    })
    void eachCommandGetsTheOptionsOfItsMode(String mode, String args) throws IOException, InterruptedException {
        Files.createDirectory(folder.resolve("a folder"));
        Files.write(folder.resolve("small.pxi"), new byte[Integer.parseInt(facts().get("large_bytes"))]);
        Files.write(folder.resolve("large.pxi"), new byte[Integer.parseInt(facts().get("large_bytes")) + 1]);
        Files.createSymbolicLink(folder.resolve("a link.pxi"), Path.of("large.pxi"));
        List<String> expected = new ArrayList<>(words(mode + "_options"));
        expected.addAll(words("heap_options"));
        expected.addAll(words("encoding_options"));
        assertThat(launch(args.split("\\|"))).startsWith(expected.toArray(String[]::new));
    }

    /** The classes of the service are on the class path where it runs, and nowhere else; the cache is made without them. */
    @Test
    void onlyTheServiceHasItsClasses() throws IOException, InterruptedException {
        String jar = checkout.resolve("cli/target/pixel-llm.jar").toString();
        String lib = checkout.resolve(Objects.requireNonNull(facts().get("serve_folder"))) + "/*";
        assertThat(launch("serve")).containsSequence("-cp", jar + ":" + lib);
        for (String other : List.of("a text", "generate", "train", "serve-folder", "devices")) {
            assertThat(launch(other)).containsSequence("-cp", jar);
        }
        assertThat(text("pixel-llm")).contains("\"-Dpixelllm.home=$here\" -cp \"$jar\" \\\n");
        assertThat(text("pixel-llm.cmd"))
                .contains("if \"%MODE%\"==\"serve\" set \"CLASSES=%JAR%;%HERE%\\%serve_folder%\\*\"\n")
                .contains("\"-Dpixelllm.home=%HERE%\" -cp \"%JAR%\" %cache_class%");
    }

    private Path state() {
        return checkout.resolve("cli/target/daemon");
    }

    /** As a daemon writes it that runs with these options. */
    private void daemon(String executor, String threads) throws IOException {
        Path cartridge = checkout.resolve("cartridges/default.pxi");
        if (!Files.exists(cartridge)) {
            Files.createDirectories(cartridge.getParent());
            Files.createFile(cartridge);
            Files.createSymbolicLink(folder.resolve("linked.pxi"), cartridge);
            Files.createFile(folder.resolve("other.pxi"));
        }
        Files.setLastModifiedTime(
                checkout.resolve("cli/target/pixel-llm.jar"),
                FileTime.from(Instant.now().minusSeconds(9)));
        Files.writeString(
                state(),
                String.join(
                        "\n",
                        folder.resolve("a socket").toString(),
                        String.valueOf(ProcessHandle.current().pid()),
                        cartridge.toRealPath().toString(),
                        executor,
                        threads,
                        ""));
    }

    private boolean isAsked(String... args) throws IOException, InterruptedException {
        List<String> given = launch(args);
        boolean asked = given.contains("org.pixelllm.cli.client.Client");
        assertThat(given.contains(Main.class.getName())).isNotEqualTo(asked);
        assertThat(given.contains("-Dpixelllm.daemon.socket=" + folder.resolve("a socket")))
                .isEqualTo(asked);
        assertThat(given).endsWith(args);
        return asked;
    }

    /** A daemon is asked where it would do the same, and only there. */
    @Test
    void aDaemonWithTheSameOptionsIsAsked() throws Exception {
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(folder.resolve("a socket")));
            daemon("auto", "auto");
            for (String args : List.of(
                    "a text",
                    "word",
                    "",
                    "-",
                    "-v|a text",
                    "infer|-i|in.pxi",
                    "generate|Once|-n|100",
                    "look|a text",
                    "profile|a text",
                    "a text|-x|auto",
                    "a text|--executor=AUTO",
                    "a text|-c|linked.pxi",
                    "a text|-clinked.pxi",
                    "a text|--|-x|simd")) {
                assertThat(isAsked(args.split("\\|"))).as(args).isTrue();
            }
            for (String args : List.of(
                    "a text|-x|simd",
                    "a text|-xreference",
                    "a text|-t|2",
                    "a text|--threads=2",
                    "a text|-c|other.pxi",
                    "a text|-c|none.pxi",
                    "a text|--help",
                    "-h",
                    "--version",
                    "-V",
                    "train|a.txt",
                    "decode|a.pxi",
                    "daemon|status",
                    "serve-folder|in|out",
                    "help|infer")) {
                assertThat(isAsked(args.split("\\|"))).as(args).isFalse();
            }
            daemon("simd", "2");
            assertThat(isAsked("a text")).isFalse();
            assertThat(isAsked("a text", "-x", "SIMD", "-t2")).isTrue();
            daemon("auto", "auto");
            environment.put("PIXELLLM_DAEMON", "off");
            assertThat(isAsked("a text")).isFalse();
            environment.put("PIXELLLM_DAEMON", state().toString());
            assertThat(isAsked("a text")).isTrue();
            environment.put("PIXELLLM_DAEMON", folder.resolve("elsewhere").toString());
            assertThat(isAsked("a text")).isFalse();
            environment.clear();
            Files.setLastModifiedTime(
                    checkout.resolve("cli/target/pixel-llm.jar"),
                    FileTime.from(Instant.now().plusSeconds(9)));
            assertThat(isAsked("a text")).as("of another build").isFalse();
            daemon("auto", "auto");
            Path elsewhere = Files.move(state(), folder.resolve("moved"));
            Files.createSymbolicLink(state(), elsewhere);
            assertThat(isAsked("a text")).as("a link").isFalse();
            Files.delete(state());
            Files.writeString(state(), "half\n");
            assertThat(isAsked("a text")).as("half a file").isFalse();
            daemon("auto", "auto");
            Files.delete(folder.resolve("a socket"));
            assertThat(isAsked("a text")).as("no socket").isFalse();
        }
    }

    /** The command that there was no daemon for is not held up: a new one waits until it has ended. */
    @Test
    void aDaemonIsStartedByItselfWhereThatIsAskedFor() throws Exception {
        environment.put("PIXELLLM_DAEMON", "auto");
        Path started = checkout.resolve("started");
        Path java = folder.resolve("a jdk/bin/java");
        Files.writeString(
                java,
                JAVA + "case \"$*\" in *'daemon start'*) printf '%s\\n' \"$*\" >'"
                        + started.toString().replace("'", "'\\''") + "' ;; esac\n");
        launch("decode", "a.pxi");
        launch("a text", "--help");
        assertThat(state().resolveSibling("daemon.starting")).doesNotExist();
        assertThat(launch("a text", "-t", "2", "-x", "Reference")).endsWith("a text", "-t", "2", "-x", "Reference");
        assertThat(state().resolveSibling("daemon.starting")).isDirectory();
        launch("a text"); // while the first is starting
        for (int i = 0; i < 2000 && Files.exists(state().resolveSibling("daemon.starting")); i++) {
            Thread.sleep(5);
        }
        assertThat(Files.readString(started))
                .endsWith("daemon start -c " + checkout.resolve("cartridges/default.pxi") + " -x reference -t 2\n");
    }

    @Test
    void theDaemonsListsAreTheCommands() throws IOException {
        String text = Files.readString(ROOT.resolve("tools/daemon.sh"));
        List<String> served = list(text, "served_commands");
        assertThat(Stream.concat(served.stream(), list(text, "own_commands").stream()))
                .containsExactlyInAnyOrderElementsOf(Main.commandNames());
        assertThat(served).containsExactlyInAnyOrderElementsOf(DaemonHere.COMMAND_NAMES);
    }

    private static List<String> list(String text, String name) {
        Matcher list = Pattern.compile("\n" + name + "=\"([^\"]*)\"").matcher(text);
        assertThat(list.find()).as(name).isTrue();
        return List.of(list.group(1).split(" "));
    }

    @Test
    void anOldJdkIsNotTaken() throws IOException, InterruptedException {
        Files.writeString(
                folder.resolve("a jdk/release"), "JAVA_VERSION=\"17.0.9\"\nJAVA_VERSION_DATE=\"2025-09-16\"\n");
        Path out = folder.resolve("out");
        ProcessBuilder builder = new ProcessBuilder(
                        "sh",
                        "-c",
                        ". \"$1\"; is_fit \"$JAVA_HOME\"",
                        "sh",
                        checkout.resolve("tools/jdk.sh").toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().put("JAVA_HOME", folder.resolve("a jdk").toString());
        assertThat(builder.start().waitFor()).as(Files.readString(out)).isEqualTo(1);
    }

    @Test
    void theFactsAreTheCommands() throws IOException {
        List<String> commands = new ArrayList<>();
        commands.addAll(words("speak_commands"));
        commands.addAll(words("vector_commands"));
        commands.addAll(words("gpu_commands"));
        commands.addAll(words("train_commands"));
        commands.addAll(words("serve_commands"));
        assertThat(commands).doesNotHaveDuplicates();
        for (String command : commands) {
            String[] parts = command.split(":", -1);
            assertThat(Main.commandNames()).contains(parts[0]);
            if (parts.length > 1) {
                assertThat(Captured.run(folder, parts[0], "--help").out()).contains("\n  " + parts[1] + " ");
            }
        }
        String help = Captured.run(folder, "infer", "--help").out();
        assertThat(help).contains(words("vector_executors")).contains(words("gpu_executors"));
        assertThat(help).contains("-x, --executor", "-c, --cartridge", "-i, --input");
        assertThat(facts().get("main_class")).isEqualTo(Main.class.getName());
        assertThat(facts().get("cache_class")).isEqualTo(CacheTraining.class.getName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pixel-llm", "pixel-llm.cmd"})
    void everyFactIsRead(String launcher) throws IOException {
        String text = text(launcher);
        for (String name : facts().keySet()) {
            assertThat(text).containsPattern("[%$]\\{?" + name + "\\b");
        }
    }

    /** What a launcher gives Java besides the facts that both read. */
    private static SortedSet<String> javaOptions(String text) {
        SortedSet<String> options = new TreeSet<>();
        Matcher option = Pattern.compile("-(?:XX:|Dpixelllm)[\\w.]+|--(?:add|enable|sun)[\\w-]+")
                .matcher(text);
        while (option.find()) {
            options.add(option.group());
        }
        return options;
    }

    /** Which lists of words make which mode. */
    private static Map<String, String> modes(String text, String pattern) {
        Map<String, String> modes = new LinkedHashMap<>();
        Matcher line = Pattern.compile(pattern).matcher(text);
        while (line.find()) {
            modes.put(line.group(1), line.group(2));
        }
        return modes;
    }

    @Test
    void bothLaunchersChooseAlike() throws IOException {
        String shell = text("pixel-llm");
        String batch = text("pixel-llm.cmd");
        SortedSet<String> common = javaOptions(shell);
        common.removeAll(Set.of("-Dpixelllm.daemon.socket", "-Dpixelllm.umask")); // Windows has no daemon
        assertThat(javaOptions(batch))
                .isEqualTo(common)
                .contains("-XX:AOTCache", "-XX:AOTCacheOutput", "-Dpixelllm.terminal.out", "-Dpixelllm.terminal.err");
        Map<String, String> modes = new LinkedHashMap<>();
        modes.put("speak_commands", "speak");
        modes.put("vector_commands", "vector");
        modes.put("gpu_commands", "gpu");
        modes.put("train_commands", "train");
        modes.put("serve_commands", "serve");
        assertThat(modes(shell, "if is_one_of \"\\$command\" \"\\$(\\w+)\"; then mode=(\\w+); fi"))
                .containsExactlyEntriesOf(modes);
        assertThat(modes(batch, "for %%C in \\(%(\\w+)%\\) do if \"%COMMAND%\"==\"\\.%%C\" set \"MODE=(\\w+)\""))
                .containsExactlyEntriesOf(modes);
        Map<String, String> executors = new LinkedHashMap<>();
        executors.put("vector_executors", "vector");
        executors.put("gpu_executors", "gpu");
        assertThat(modes(shell, "if is_one_of \"\\$name\" \"\\$(\\w+)\"; then mode=(\\w+); fi"))
                .containsExactlyEntriesOf(executors);
        assertThat(modes(batch, "for %%E in \\(%(\\w+)%\\) do if /i \"%VALUE%\"==\"%%E\" set \"MODE=(\\w+)\""))
                .containsExactlyEntriesOf(executors);
        Map<String, String> options = new LinkedHashMap<>();
        for (String mode : MODES) {
            options.put(mode, mode + "_options");
        }
        assertThat(modes(shell, "(\\w+)\\) options=\\$(\\w+) ;;")).containsExactlyEntriesOf(options);
        assertThat(modes(batch, "if \"%MODE%\"==\"(\\w+)\" set \"OPTIONS=%(\\w+)%\""))
                .containsExactlyEntriesOf(options);
        assertThat(shell).contains("options=\"$options $heap_options\"");
        assertThat(batch).contains("set \"OPTIONS=%OPTIONS% %heap_options%\"");
        assertThat(modes(shell, "(-\\w) \\| (--\\w+)\\)")).containsExactlyEntriesOf(shortNames());
        assertThat(modes(batch, "if \"%OPTION%\"==\"(--\\w+)\" set \"OPTION=(-\\w)\""))
                .containsExactlyInAnyOrderEntriesOf(longNames());
        assertThat(shell).contains("cache=$here/cli/target/pixel-llm-$mode.aot\n");
        assertThat(batch).contains("set \"CACHE=%HERE%\\cli\\target\\pixel-llm-%MODE%.aot\"\n");
    }

    private static Map<String, String> shortNames() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("-x", "--executor");
        names.put("-c", "--cartridge");
        names.put("-i", "--input");
        names.put("-n", "--tokens");
        return names;
    }

    private static Map<String, String> longNames() {
        Map<String, String> names = new LinkedHashMap<>();
        shortNames().forEach((shorter, longer) -> names.put(longer, shorter));
        return names;
    }

    @Test
    @SuppressWarnings("SystemConsoleNull") // JDK 25 returns null again where there is no terminal.
    void aLauncherThatCannotTellLetsJavaLookForATerminal() throws IOException {
        String property = "pixelllm.terminal.err";
        assertThat(text("pixel-llm.cmd")).contains("-D" + property + "=look");
        Console console = System.console();
        try {
            System.setProperty(property, "look");
            assertThat(Terminal.ofProcess().progress()).isEqualTo(console != null && console.isTerminal());
            System.setProperty(property, "true");
            assertThat(Terminal.ofProcess().progress()).isTrue();
        } finally {
            System.clearProperty(property);
        }
        assertThat(Terminal.ofProcess().progress()).isFalse();
    }

    /** What went wrong in the Windows launcher, which no test here can run. */
    @Test
    void theWindowsLauncherKeepsTextsAndAsksForTheSameJdk() throws IOException {
        String batch = text("pixel-llm.cmd");
        assertThat(batch).contains("setlocal enableextensions disabledelayedexpansion\n");
        assertThat(batch).doesNotContainPattern("(?i)setlocal.*enabledelayedexpansion");
        assertThat(batch.lines().filter(line -> line.contains("JAVA_VERSION=") && !line.startsWith("rem")))
                .as("inside for /f ('command') the = would be lost: the file is read without one")
                .isEmpty();
        assertThat(batch).contains("if \"%%A\"==\"JAVA_VERSION\" set \"VERSION=%%~B\"\n");
        Matcher required = Pattern.compile("REQUIRED=(\\d+)").matcher(text("tools/jdk.sh"));
        assertThat(required.find()).isTrue();
        assertThat(batch).contains("set \"REQUIRED=" + required.group(1) + "\"\n");
        assertThat(text("pom.xml"))
                .contains("<maven.compiler.release>" + required.group(1) + "</maven.compiler.release>");
        assertThat(new String(Files.readAllBytes(ROOT.resolve("pixel-llm.cmd")), StandardCharsets.UTF_8))
                .as("cmd misses labels in files whose lines end without CR")
                .doesNotContainPattern("[^\r]\n");
    }
}
