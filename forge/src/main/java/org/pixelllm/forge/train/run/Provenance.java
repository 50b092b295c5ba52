package org.pixelllm.forge.train.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.pixelllm.forge.train.curve.LossCurve;
import org.pixelllm.forge.train.data.Corpus;
import org.pixelllm.forge.train.data.TextMixture;
import org.pixelllm.pxvm.cartridge.Manifest;

/**
 * How a trained cartridge came about, for its manifest.
 *
 * @param sittings the run's parts so far
 */
record Provenance(RunPlan plan, LossCurve curve, Maker maker, List<Checkpoint.Sitting> sittings) {

    /**
     * What trains.
     *
     * @param arithmetic what the weights' bits depend on besides the plan
     */
    record Maker(String software, String arithmetic, int threads) {}

    /** What the run is known by. */
    static final String RUN = "run";

    private static final List<Setting> STATED_ELSEWHERE =
            List.of(Setting.SEED, Setting.NAME, Setting.LICENCE, Setting.MIX, Setting.TIMES);

    Manifest manifest() {
        Settings settings = plan.settings();
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("software", maker.software());
        entries.put(RUN, plan.id());
        Base base = plan.base();
        if (base != null) {
            entries.put("from", base.from());
        }
        TextMixture mixture = plan.data().mixture();
        for (int i = 0; i < mixture.texts().size(); i++) {
            Corpus text = mixture.texts().get(i);
            String key = mixture.texts().size() == 1 ? "text" : "text " + (i + 1);
            entries.put(
                    key,
                    text.name() + ", " + text.characters() + " characters, " + decimals(1, 100 * mixture.share(i))
                            + " % of the windows");
            entries.put(key + " sha256", text.sha256());
        }
        TrainingOptions options = plan.options();
        int steps = plan.steps();
        entries.put("seed", String.valueOf(options.seed()));
        entries.put("steps", curve.steps() == steps ? "" + steps : curve.steps() + " of " + steps);
        entries.put(
                "tokens seen",
                String.valueOf(
                        sittings.stream().mapToLong(Checkpoint.Sitting::tokens).sum()));
        entries.put(
                "batch",
                options.batch().windows() + " windows of " + options.batch().length() + " tokens");
        entries.put("options", options());
        entries.put("arithmetic", maker.arithmetic());
        if (statesTimes(settings)) {
            double seconds =
                    sittings.stream().mapToDouble(Checkpoint.Sitting::seconds).sum();
            entries.put("seconds", decimals(0, seconds));
            entries.put("threads", String.valueOf(maker.threads()));
            if (sittings.size() > 1) {
                entries.put("sittings", sittingsInWords());
            }
        }
        double bits = curve.recent() / StrictMath.log(2) / mixture.charactersPerToken();
        entries.put("training loss", decimals(3, bits) + " bits per character, over the last steps");
        Corpus valid = plan.data().valid();
        LossCurve.Measurement best = curve.best();
        if (valid != null && best != null) {
            String averaged = best.isAverage() ? ", averaged" : "";
            entries.put(
                    "valid loss",
                    decimals(3, best.bits()) + " bits per character, f32 weights after step " + best.step() + averaged
                            + ", on " + valid.characters() + " characters of " + valid.name());
            entries.put("valid sha256", valid.sha256());
        }
        return new Manifest(settings.word(Setting.NAME), plan.family(), settings.word(Setting.LICENCE), entries);
    }

    private String sittingsInWords() {
        return sittings.stream()
                .map(each -> (each.changed().isEmpty() ? "" : each.changed() + ": ") + each.steps() + " steps in "
                        + decimals(0, each.seconds()) + " s")
                .collect(Collectors.joining(", "));
    }

    /** Whether the manifest states what differs between runs with the same weights. */
    static boolean statesTimes(Settings settings) {
        // A state of an earlier version does not have the setting.
        return !settings.has(Setting.TIMES) || settings.yes(Setting.TIMES);
    }

    private String options() {
        StringBuilder words = new StringBuilder();
        plan.settings().values().forEach((setting, value) -> {
            if (!STATED_ELSEWHERE.contains(setting)) {
                words.append(words.isEmpty() ? "" : " ")
                        .append(setting.option())
                        .append(' ')
                        .append(value);
            }
        });
        return words.toString();
    }

    private static String decimals(int count, double value) {
        return String.format(Locale.ROOT, "%." + count + "f", value);
    }
}
