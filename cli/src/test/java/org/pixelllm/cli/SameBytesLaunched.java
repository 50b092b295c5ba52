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
    private static final int PROMPTS = LONG ? 200 : 6;
    private static final int TOKENS = LONG ? 400 : 40;
    private static final int STEPS = LONG ? 50 : 3;
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
        files.remove("model.training.png"); // has the time in it
        return files;
    }

    /** Computes everything, in the current folder: threads, tokens, steps. */
    public static void main(String[] args) throws IOException {
        Form form = Form.fastest();
        Files.writeString(
                Path.of(FORM),
                switch (form) {
                    case SCALAR -> form.name();
                    case VECTOR -> form + " of " + Lanes.COUNT + " lanes";
                });
        run("infer -i ../questions -o answers -x simd --threads " + args[0]);
        run("generate once -n " + args[1] + " --seed 5 -o generation -x simd --threads " + args[0]);
        run("look pxOS -o look -x simd --threads " + args[0]);
        run("train ../text.txt -o model.pxi --times no --dim 36 --layers 2 --heads 3 --kv-heads 1 --hidden 50"
                + " --context 40 --batch 5 --optimizer muon --dropout 0.1 --steps " + args[2] + " --threads " + args[0]);
        run("infer -i ../questions -o own-answers -c model.pxi -x simd --threads " + args[0]);
        writeLogits(Captured.ROOT.resolve("cartridges/default.pxi"), "default.logits", Integer.parseInt(args[0]));
        writeLogits(Path.of("model.pxi"), "model.logits", Integer.parseInt(args[0]));
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
            ByteBuffer bytes = ByteBuffer.allocate(6 * Float.BYTES * model.vocabulary());
            for (int count : new int[] {1, 2, 3, 5, 17, 1}) {
                int[] ids = new Random(count).ints(count, 0, model.vocabulary()).toArray();
                for (float logit : session.accept(ids)) {
                    bytes.putFloat(logit);
                }
            }
            Files.write(Path.of(file), bytes.array());
        }
    }
}
