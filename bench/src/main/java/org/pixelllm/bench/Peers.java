package org.pixelllm.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Measures Pixel-LLM beside llama2.c and llama.cpp: of each case, every program once a round, in turns; then the medians
 * of the rounds, as a Markdown table of tokens a second.
 */
public final class Peers {

    private static final String USAGE = "bench/peers [--busy] [-k ROUNDS] DIR [REGEX]";

    private final Path folder;
    private final boolean busy;
    private final int rounds;

    private Peers(Path folder, boolean busy, int rounds) {
        this.folder = folder;
        this.busy = busy;
        this.rounds = rounds;
    }

    /** Reads the options, measures and prints. */
    public static void main(String[] arguments) throws InterruptedException {
        CommandLine.run(() -> {
            boolean busy = false;
            int rounds = 5;
            List<String> rest = new ArrayList<>();
            for (int i = 0; i < arguments.length; i++) {
                if (arguments[i].equals("--busy")) {
                    busy = true;
                } else if (arguments[i].equals("-k") && i + 1 < arguments.length) {
                    rounds = rounds(arguments[++i]);
                } else {
                    rest.add(arguments[i]);
                }
            }
            if (rest.isEmpty() || rest.size() > 2 || rest.getFirst().startsWith("-")) {
                throw new IllegalArgumentException(USAGE);
            }
            Path folder = Path.of(rest.getFirst());
            new Peers(folder, busy, rounds).measure(rest.size() == 2 ? rest.get(1) : "");
        });
    }

    private static int rounds(String text) {
        if (!text.matches("[1-9][0-9]{0,3}")) {
            throw new IllegalArgumentException("-k takes a number of rounds from 1, not '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    private void measure(String regex) throws IOException, InterruptedException {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(folder + ": no such folder; make it with bench/models " + folder);
        }
        sayMissing("LLAMA2C", "run", "llama2.c's column stays empty");
        sayMissing("LLAMA_CPP", "llama-bench", "llama.cpp's column stays empty");
        boolean stories = !sayMissing("STORIES", PeerCase.STORIES + ".bin", PeerCase.STORIES + " is left out");
        List<PeerCase> cases = cases(regex, stories);
        if (busy) {
            System.out.println("| case | Pixel-LLM quiet | busy | ratio | llama2.c quiet | busy | ratio "
                    + "| llama.cpp quiet | busy | ratio |\n|---|---|---|---|---|---|---|---|---|---|");
        } else {
            System.out.println("| case | Pixel-LLM | llama2.c | llama.cpp | to llama2.c | to llama.cpp |\n"
                    + "|---|---|---|---|---|---|");
        }
        for (PeerCase each : cases) {
            System.out.println("| " + each.name() + " | " + (busy ? busyRow(each) : row(each)) + " |");
        }
    }

    private static boolean sayMissing(String variable, String file, String consequence) {
        String value = System.getenv(variable);
        boolean missing = value == null || !Files.exists(Path.of(value, file));
        if (missing) {
            System.err.println(variable + " names no folder that holds " + file + ": " + consequence);
        }
        return missing;
    }

    private List<PeerCase> cases(String regex, boolean stories) throws IOException {
        List<PeerCase> all = new ArrayList<>();
        if (stories) {
            all.add(PeerCase.stories(Path.of(System.getenv("STORIES"))));
        }
        all.addAll(PeerCase.random(folder));
        Pattern pattern;
        try {
            pattern = Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("'" + regex + "' is no regular expression: " + e.getDescription(), e);
        }
        // One thread has a core to itself whatever else runs.
        all.removeIf(each -> !pattern.matcher(each.name()).find() || (busy && each.threads() == 1));
        if (all.isEmpty()) {
            throw new IllegalArgumentException("No case matches '" + regex + "'");
        }
        for (PeerCase each : all) {
            Path cartridge = PeerModels.cartridge(folder, each.model(), each.type());
            if (each.model().equals(PeerCase.STORIES)) {
                PeerModels.writeCartridge(each.checkpoint(), cartridge);
            } else if (!Files.exists(cartridge)) {
                throw new IllegalArgumentException(cartridge + ": no such file; write it with bench/models " + folder);
            }
        }
        return all;
    }

    private String row(PeerCase each) throws IOException, InterruptedException {
        Map<Peer, List<Double>> taken = new EnumMap<>(Peer.class);
        for (int round = 0; round < rounds; round++) {
            for (Peer peer : Peer.values()) {
                add(taken, peer, peer.run(folder, each));
            }
        }
        double ours = median(taken, Peer.OURS);
        double llama2c = median(taken, Peer.LLAMA2C);
        double llamaCpp = median(taken, Peer.LLAMA_CPP);
        return String.join(
                " | ", speed(ours), speed(llama2c), speed(llamaCpp), ratio(ours, llama2c), ratio(ours, llamaCpp));
    }

    private String busyRow(PeerCase each) throws IOException, InterruptedException {
        Map<Peer, List<Double>> quiet = new EnumMap<>(Peer.class);
        Map<Peer, List<Double>> disturbed = new EnumMap<>(Peer.class);
        for (int round = 0; round < rounds; round++) {
            for (Peer peer : Peer.values()) {
                if (peer.command(folder, each) != null) {
                    add(quiet, peer, peer.run(folder, each));
                    add(disturbed, peer, runBesideAnother(peer, each));
                }
            }
        }
        List<String> cells = new ArrayList<>();
        for (Peer peer : Peer.values()) {
            double alone = median(quiet, peer);
            double beside = median(disturbed, peer);
            cells.addAll(List.of(speed(alone), speed(beside), ratio(beside, alone)));
        }
        return String.join(" | ", cells);
    }

    /** Runs a case while a foreign process keeps one core busy. */
    private double runBesideAnother(Peer peer, PeerCase each) throws IOException, InterruptedException {
        Process other = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
        Thread atExit = Thread.ofPlatform().unstarted(other::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            return peer.run(folder, each);
        } finally {
            other.destroyForcibly().waitFor();
            Runtime.getRuntime().removeShutdownHook(atExit);
        }
    }

    private static void add(Map<Peer, List<Double>> taken, Peer peer, double speed) {
        if (!Double.isNaN(speed)) {
            taken.computeIfAbsent(peer, any -> new ArrayList<>()).add(speed);
        }
    }

    private static double median(Map<Peer, List<Double>> taken, Peer peer) {
        return Peer.median(taken.getOrDefault(peer, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .toArray());
    }

    private static String speed(double tokens) {
        return Double.isNaN(tokens) ? "-" : String.format(Locale.ROOT, tokens < 100 ? "%.1f" : "%,.0f", tokens);
    }

    private static String ratio(double of, double to) {
        return Double.isNaN(of / to) ? "-" : String.format(Locale.ROOT, "%.2f", of / to);
    }
}
