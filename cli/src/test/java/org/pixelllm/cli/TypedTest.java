package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.cli.terminal.Screen;
import org.pixelllm.cli.terminal.Caller;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.protocol.images.TokenImage;

/** What people and scripts type and pipe, and what they are told. */
class TypedTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private InputStream in = new ByteArrayInputStream(new byte[0]);
    private PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
    private Screen screen = Screen.NONE;

    private int run(String... args) {
        out.reset();
        err.reset();
        return Main.run(
                new Terminal(
                        in,
                        to,
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        false,
                        folder,
                        Captured.ROOT,
                        screen, Caller.PROCESS),
                args);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private int[] ids(String... args) throws IOException {
        String[] all = new String[args.length + 3];
        all[0] = "encode";
        all[1] = "-o";
        all[2] = path("x.pxi");
        System.arraycopy(args, 0, all, 3, args.length);
        assertThat(run(all)).as(err()).isZero();
        return TokenImage.read(folder.resolve("x.pxi")).ids();
    }

    @ParameterizedTest
    @ValueSource(strings = {"@/etc/hostname", "@@hi", "@", "@x y", "\"quoted\"", "'", "${sys:user.home}", " a ", "a=b"})
    void aTextIsAText(String text) throws IOException {
        assertThat(ids(text)).isEqualTo(text.codePoints().toArray());
    }

    @Test
    void noFileInjectsOptions() throws IOException {
        Path options = folder.resolve("options");
        Files.writeString(options, "--json");
        assertThat(run("@" + options, "-o", path("o"))).as(err()).isZero();
        assertThat(out()).doesNotStartWith("{");
        assertThat(run("hi", "-o", "@" + path("p"))).isEqualTo(73);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "generat|unknown command 'generat'. Did you mean 'generate'?",
                "generat hello|unknown command 'generat'. Did you mean 'generate'?",
                "generat -n 5|unknown command 'generat'. Did you mean 'generate'?",
                "trian text.txt -o x.pxi|unknown command 'trian'. Did you mean 'train'?",
                "help generat|unknown command 'generat'. Did you mean 'generate'?",
                "daemon strat|unknown command 'strat'. Did you mean 'start'?",
                "hello world|Quote the text: pixel-llm 'hello world'.",
                "generate it's me|Quote the text: pixel-llm generate 'it'\\''s me'.",
                "generate hi --temp 1|unknown option '--temp'. Did you mean '--temperature'?",
                "generate hi --tempreature=1|unknown option '--tempreature'. Did you mean '--temperature'?",
                "hi --temp 1|infer has no option '--temp'; generate has '--temperature'.",
                "--nonsense|unknown option '--nonsense'. A text that begins with a dash comes after --.",
                "hi -x gpu|found 'gpu'. Did you mean 'webgpu'?",
                "hi -x quantum|expected one of auto, reference, simd, webgpu, found 'quantum'.",
                "hi -k|-k, --top: expected K after it, found nothing.",
                "hi -k 3 -k 4|-k, --top is given twice.",
                "hi -k many|-k, --top: expected a whole number, found 'many'.",
                "encode hi|encode: -o FILE.pxi is missing.",
                "verify a.pxi b.pxi|verify: 'b.pxi' is one too many after FILE.pxi.",
                "devices all|devices takes options only, found 'all'.",
                "completion tcsh|expected one of bash, zsh, fish, found 'tcsh'.",
                "-- -x -k|expected one text, found '-k' after it.",
                "train a.txt -o b.pxi --steps 1 -x webgpu|Training runs on the processor: leave out -x webgpu."
            })
    void slipsAreNamed(String line, String words) {
        assertThat(run(line.split(" ", -1))).as(err()).isEqualTo(2);
        assertThat(err()).startsWith("pixel-llm: ").contains(words).doesNotContain("index", "\tat ", "java");
        String[] json = (line.contains("-- ") ? "--json " + line : line + " --json").split(" ", -1);
        if (!line.startsWith("help") && !line.contains("-k")) {
            assertThat(run(json)).isEqualTo(2);
            JsonObject error = JsonParser.parseString(out()).getAsJsonObject();
            assertThat(error.get("exit_code").getAsInt()).isEqualTo(2);
            assertThat(error.get("error").getAsString()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rain", "looks", "encoded", "view the sea", "generated", "x"})
    void ordinaryWordsAreTexts(String text) {
        assertThat(run(text, "-o", path("o"))).as(err()).isZero();
    }

    @Test
    void helpAndVersionAreCommandsToo() {
        for (String[] args : new String[][] {{"help"}, {"--help"}, {"-h"}}) {
            assertThat(run(args)).isZero();
            assertThat(out()).contains("  generate ", "Exit codes");
        }
        for (String[] args : new String[][] {{"help", "generate"}, {"generate", "--help"}, {"generate", "-h", "x"}}) {
            assertThat(run(args)).isZero();
            assertThat(out()).contains("--temperature T", "Sampling:", "Model:");
        }
        assertThat(run("help", "daemon", "start")).isZero();
        assertThat(out()).contains("--idle MINUTES");
        assertThat(run("version")).isZero();
        String version = out();
        assertThat(run("--version")).isZero();
        assertThat(out()).isEqualTo(version).startsWith("pixel-llm ");
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 133, 200})
    void helpFitsTheTerminal(int columns) {
        screen = new Screen(Map.of("COLUMNS", String.valueOf(columns)), false);
        for (String command : Main.commandNames()) {
            assertThat(run("help", command)).as(command).isZero();
            assertThat(out().lines().filter(line -> !line.startsWith("    ")))
                    .as(command)
                    .allMatch(line -> line.length() <= columns);
            assertThat(out()).as(command).contains("-h, --help").doesNotContain("%n", "null");
        }
    }

    @Test
    void aTextMayBeginWithADash() throws IOException {
        assertThat(ids("--", "-o")).isEqualTo(new int[] {'-', 'o'});
        assertThat(run("--", "--help")).as(err()).isZero();
        assertThat(out()).contains(" executor, ");
    }

    @Test
    void whatIsPipedIsAnswered() throws IOException {
        in = new ByteArrayInputStream("hi".getBytes(StandardCharsets.UTF_8));
        assertThat(run()).as(err()).isZero();
        assertThat(TokenImage.read(folder.resolve("pixel_llm/outputs/input_tokens.pxi"))
                        .ids())
                .containsExactly('h', 'i');
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n", "\uFEFF", "\uFEFF\n"})
    void anEmptyPipeIsAnError(String text) {
        for (String[] args :
                new String[][] {{}, {"-"}, {"generate", "-"}, {"look", "-"}, {"encode", "-", "-o", path("e")}}) {
            in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
            assertThat(run(args)).isEqualTo(2);
            assertThat(err()).contains("Standard input is empty or closed");
        }
        assertThat(folder.resolve("e")).doesNotExist();
    }

    @Test
    void aClosedOneToo() {
        in = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Bad file descriptor");
            }
        };
        assertThat(run("-")).isEqualTo(2);
        assertThat(err()).contains("Standard input cannot be read");
    }

    @ParameterizedTest
    @CsvSource({
        "EFBBBF61C3BC0D0A, aü",
        "610A0A, a|",
        "61EFBBBF, a\uFEFF",
        "EFBBBFEFBBBF61, \uFEFFa",
        "610D, a^",
        "0A61, |a",
        "2061200A, _a_"
    })
    void oneMarkAndOneLineEndOfStandardInputAreDropped(String bytes, String text) throws IOException {
        in = new ByteArrayInputStream(HexFormat.of().parseHex(bytes));
        String expected = text.replace('|', '\n').replace('^', '\r').replace('_', ' ');
        assertThat(ids("-")).isEqualTo(expected.codePoints().map(c -> c % 1024).toArray());
    }

    @Test
    void argumentsStayAsTheyAre() throws IOException {
        assertThat(ids("\uFEFFa\n")).isEqualTo(new int[] {0xFEFF % 1024, 'a', '\n'});
    }

    @Test
    void bytesThatAreNoTextAreRefusedWithTheirPlace() {
        for (String[] args : new String[][] {{}, {"infer", "-"}, {"generate", "-"}, {"encode", "-", "-o", path("e")}}) {
            in = new ByteArrayInputStream(new byte[] {'a', '\n', 'b', (byte) 0xFC, 'c'});
            assertThat(run(args)).isEqualTo(65);
            assertThat(err()).contains("standard input: byte 3, line 2", "0xFC");
        }
        assertThat(folder.resolve("e")).doesNotExist();
    }

    @Test
    void aLongTextMayComeFromStandardInput() throws IOException {
        String text = "𝒳".repeat(65_535); // four bytes each
        in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        assertThat(ids("-")).hasSize(65_535);
        in = new ByteArrayInputStream((text + "x").getBytes(StandardCharsets.UTF_8));
        assertThat(run("encode", "-", "-o", path("y.pxi"))).isEqualTo(2);
        assertThat(err()).contains("65536");
    }

    /** Takes some bytes, then fails. */
    private static final class Failing extends OutputStream {

        private final String why;
        private int left;

        Failing(int left, String why) {
            this.left = left;
            this.why = why;
        }

        @Override
        public void write(int b) throws IOException {
            if (--left < 0) {
                throw new IOException(why);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "infer hi",
                "infer hi --json",
                "generate hi -n 20",
                "help",
                "version",
                "completion bash",
                "inspect C",
                "disasm C",
                "decode X",
                "verify C"
            })
    void whatCouldNotBeSaidIsAnError(String line) throws IOException {
        ids("hi");
        String[] args = line.replace(
                        "C", Captured.ROOT.resolve("cartridges/golden.pxi").toString())
                .replace("X", path("x.pxi"))
                .split(" ", -1);
        to = new PrintStream(new Failing(3, "No space left on device"), true, StandardCharsets.UTF_8);
        assertThat(run(args)).as(err()).isEqualTo(73);
        assertThat(err()).contains("standard output cannot be written");
    }

    @Test
    void foreignWordsAreShownAndNotSent() throws URISyntaxException {
        Path file = Path.of(Objects.requireNonNull(TypedTest.class.getResource("/cases/esc-text.pxi"))
                .toURI());
        assertThat(run("inspect", file.toString())).isZero();
        assertThat(out()).contains("\\u001B").doesNotContain("\u001b", "\u0007", "\u009b");
        assertThat(run("inspect", file.toString(), "--json")).isZero();
        assertThat(out()).doesNotContain("\u001b", "\u0007", "\u009b");
        assertThat(JsonParser.parseString(out()).getAsJsonObject().get("text").toString())
                .contains("\u009b");
        assertThat(run("decode", "none\u001b[2J\n\u202e.pxi")).isEqualTo(66);
        assertThat(err()).contains("none\\u001B[2J\\n\\u202E.pxi").hasLineCount(1);
    }

    @Test
    void foldersAreMadeInsideThoseThatExist() {
        assertThat(run("hi", "-o", path("new"))).as(err()).isZero();
        assertThat(run("hi", "-o", path("nwe/deep"))).isEqualTo(73);
        assertThat(err()).contains("there is no folder " + path("nwe"));
        assertThat(run("encode", "hi", "-o", path("a/b/c.pxi"))).isEqualTo(73);
        assertThat(folder.resolve("nwe")).doesNotExist();
        assertThat(folder.resolve("a")).doesNotExist();
    }
}
