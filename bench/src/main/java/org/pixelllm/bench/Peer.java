package org.pixelllm.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.weights.ElementType;

/** Programs that run the same models, each case in a process of its own. */
enum Peer {
    /** Pixel-LLM, with the launcher's flags for large cartridges. */
    OURS("Pixel-LLM", "(?m)^([0-9. ]+)$") {
        @Override
        @Nullable
        List<String> command(Path folder, PeerCase each) {
            return List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--add-modules=jdk.incubator.vector",
                    "-Djdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK=0",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    DecodeLoop.class.getName(),
                    PeerModels.cartridge(folder, each.model(), each.type()).toString(),
                    each.prefill() ? "prefill" : "decode",
                    "-t",
                    String.valueOf(each.threads()),
                    "-s",
                    "2");
        }
    },
    /** karpathy/llama2.c: f32 only, one token at a time; built with OpenMP for more than one thread only. */
    LLAMA2C("llama2.c", "achieved tok/s: ([0-9.]+)") {
        @Override
        @Nullable
        List<String> command(Path folder, PeerCase each) {
            Path program = program("LLAMA2C", each.threads() == 1 ? "run" : "runomp");
            if (program == null || each.type() != ElementType.F32 || each.prefill()) {
                return null;
            }
            return List.of(
                    program.toString(),
                    each.checkpoint().toString(),
                    "-z",
                    each.tokenizer().toString(),
                    "-t",
                    "0",
                    "-n",
                    "256");
        }
    },
    /** ggml-org/llama.cpp, by its own benchmark. */
    LLAMA_CPP("llama.cpp", "\"avg_ts\": ([0-9.]+)") {
        @Override
        @Nullable
        List<String> command(Path folder, PeerCase each) {
            Path program = program("LLAMA_CPP", "llama-bench");
            Path model = PeerModels.gguf(folder, each.model(), each.type());
            if (program == null || !Files.exists(model)) {
                return null;
            }
            List<String> command = new ArrayList<>(
                    List.of(program.toString(), "-m", model.toString(), "-t", String.valueOf(each.threads())));
            // A prefill is over in milliseconds: the mean of five.
            command.addAll(
                    each.prefill()
                            ? List.of("-p", "128", "-n", "0", "-r", "5")
                            : List.of("-p", "0", "-n", "256", "-r", "1"));
            command.addAll(List.of("-o", "jsonl"));
            return command;
        }
    };

    private final String title;
    private final Pattern result;

    /** @param result finds the tokens a second in the program's output: one number or several */
    Peer(String title, String result) {
        this.title = title;
        this.result = Pattern.compile(result);
    }

    /** The command for a case, or null where this program is not there or cannot do it. */
    abstract @Nullable List<String> command(Path folder, PeerCase each);

    /** Its name in tables. */
    String title() {
        return title;
    }

    /** Tokens a second, or NaN where there is no command or it failed, which is said. */
    double run(Path folder, PeerCase each) throws IOException, InterruptedException {
        List<String> command = command(folder, each);
        if (command == null) {
            return Double.NaN;
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.put("OMP_NUM_THREADS", String.valueOf(each.threads()));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        int status = process.waitFor();
        Matcher found = result.matcher(output);
        if (status != 0 || !found.find()) {
            String last = output.strip().lines().reduce("", (before, line) -> line);
            System.err.println(each.name() + ", " + title + ": status " + status + ", " + last);
            return Double.NaN;
        }
        double[] values = Arrays.stream(found.group(1).strip().split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        return median(values);
    }

    /** The middle value, or the mean of the middle two; NaN where there is none. */
    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int count = sorted.length;
        return count == 0 ? Double.NaN : (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    }

    /** A program in the folder that an environment variable names, or null. */
    private static @Nullable Path program(String variable, String name) {
        String folder = System.getenv(variable);
        if (folder == null) {
            return null;
        }
        Path program = Path.of(folder, name);
        return Files.isExecutable(program) ? program : null;
    }
}
