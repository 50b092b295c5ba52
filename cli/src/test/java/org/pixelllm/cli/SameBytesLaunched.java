package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Session;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.executor.simd.Form;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;

/**
 * Whatever a processor's vectors, and without any, the same files are written, byte for byte: answers, a generation, a look
 * inside, a trained cartridge. Each length of vectors is a process of its own, with a number of threads of its own. The short
 * form does little of each.
 */
class SameBytesLaunched {

    private static final boolean LONG = Boolean.getBoolean("pixelllm.long");
    private static final int PROMPTS = LONG ? 200 : 3;
    private static final int TOKENS = LONG ? 400 : 12;
    private static final int STEPS = LONG ? 50 : 2;
    private static final String FORM = "form.txt";

    /** How Java is started; the first is what the others are compared with. */
    private enum Kind {
        SCALAR(0, 2),
        LANES_4(16, 1),
        LANES_8(32, 2),
        LANES_16(64, 3);

        private final int bytes; // of a vector; 0 without the Vector API
        private final int threads;

        Kind(int bytes, int threads) {
            this.bytes = bytes;
            this.threads = threads;
        }

        /** What the process is to say of itself. */
        String form() {
            return this == SCALAR ? "SCALAR" : "VECTOR of " + bytes / Float.BYTES + " lanes";
        }
    }

    @TempDir
    private static Path folder;

    private static Map<String, byte[]> expected = Map.of();

    @BeforeAll
    static void askAndComputeWithoutVectors() throws IOException, InterruptedException {
        Random random = new Random(3);
        Path questions = Files.createDirectory(folder.resolve("questions"));
        for (int i = 0; i < PROMPTS; i++) {
            // Lengths around whole vectors, whole rounds of lanes and panels.
            int[] ids = random.ints(1 + random.nextInt(70), 'a', 'z' + 1).toArray();
            new TokenImage(ids).write(questions.resolve("q%03d.pxi".formatted(i)), Map.of());
        }
        Files.writeString(folder.resolve("text.txt"), "once upon a time there was a fox. ".repeat(60));
        expected = compute(Kind.SCALAR);
    }

    @ParameterizedTest
    @EnumSource(names = "SCALAR", mode = EnumSource.Mode.EXCLUDE)
    void withVectors(Kind kind) throws IOException, InterruptedException {
        Map<String, byte[]> found = compute(kind);
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        List<String> different = expected.keySet().stream()
                .filter(name -> !Arrays.equals(found.get(name), expected.get(name)))
                .toList();
        assertThat(different).as("files that differ with %s", kind.form()).isEmpty();
    }

    /** All files that a process of this kind writes, by name. */
    private static Map<String, byte[]> compute(Kind kind) throws IOException, InterruptedException {
        Path own = Files.createDirectory(folder.resolve(kind.name()));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dpixelllm.root=" + Captured.ROOT.toAbsolutePath()));
        if (kind.bytes > 0) {
            command.add("--add-modules=" + Form.MODULE);
            command.add("-XX:MaxVectorSize=" + kind.bytes);
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                SameBytesLaunched.class.getName(),
                kind.form(),
                String.valueOf(kind.threads),
                String.valueOf(TOKENS),
                String.valueOf(STEPS)));
        Path said = folder.resolve(kind + ".txt");
        Process process = new ProcessBuilder(command)
                .directory(own.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(said)).isZero();
        String form = Files.readString(own.resolve(FORM));
        Assumptions.assumeTrue(
                kind != Kind.LANES_16 || form.equals(kind.form()),
                "this processor has no vectors of 64 bytes: Java took " + form);
        assertThat(form).isEqualTo(kind.form());
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(own)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(own.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        files.remove(FORM);
        files.keySet()
                .removeIf(name -> name.endsWith(".training.png") || name.endsWith(".state")); // have the time in them
        return files;
    }

    /** Computes everything, in the current folder, if this is the form: form, threads, tokens, steps. */
    public static void main(String[] args) throws IOException {
        Form fastest = Form.fastest();
        String form = switch (fastest) {
            case SCALAR -> fastest.name();
            case VECTOR -> fastest + " of " + Lanes.COUNT + " lanes";
        };
        Files.writeString(Path.of(FORM), form);
        if (form.equals(args[0])) {
            compute(args[1], args[2], args[3]);
        }
    }

    private static void compute(String threads, String tokens, String steps) throws IOException {
        run("infer -i ../questions -o answers -x simd --threads " + threads);
        run("generate once -n " + tokens + " --seed 5 -o generation -x simd --threads " + threads);
        run("look pxOS -o look -x simd --threads " + threads);
        run("train ../text.txt -o model.pxi --times no --dim 36 --layers 1 --heads 3 --kv-heads 1 --hidden 50"
                + " --context 24 --batch 3 --optimizer muon --dropout 0.1 --steps " + steps + " --threads " + threads);
        run("train --from model.pxi ../text.txt -o further.pxi --valid ../text.txt --measure 2 --average 0.3"
                + " --schedule constant --fall 2 --sample once --times no --batch 3 --steps " + steps + " --threads "
                + threads);
        run("infer -i ../questions -o own-answers -c model.pxi -x simd --threads " + threads);
        writeLogits(Captured.ROOT.resolve("cartridges/default.pxi"), "default.logits", Integer.parseInt(threads));
        writeLogits(Path.of("model.pxi"), "model.logits", Integer.parseInt(threads));
    }

    private static void run(String line) {
        Captured done = Captured.run(Path.of("").toAbsolutePath(), line.split(" ", -1));
        if (done.code() != 0) {
            throw new IllegalStateException(line + ": " + done.err());
        }
    }

    /** What images round off: all bits of the logits, after several tokens at once and after one more. */
    private static void writeLogits(Path cartridge, String file, int threads) throws IOException {
        try (PixelLlm model = PixelLlm.open(cartridge, new ExecutorChoice("simd", threads));
                Session session = model.newSession()) {
            ByteBuffer bytes = ByteBuffer.allocate(4 * Float.BYTES * model.vocabulary());
            for (int count : new int[] {1, 2, 17, 1}) {
                int[] ids = new Random(count).ints(count, 0, model.vocabulary()).toArray();
                for (float logit : session.accept(ids)) {
                    bytes.putFloat(logit);
                }
            }
            Files.write(Path.of(file), bytes.array());
        }
    }
}
