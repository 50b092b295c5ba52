package org.pixelllm.forge.train.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.pixelllm.forge.train.data.Corpus;
import org.pixelllm.forge.train.data.Mix;
import org.pixelllm.pxvm.cartridge.Manifest;

/** How a trained cartridge came about, for its manifest. */
record Provenance(Settings settings, Materials materials, Curve curve, int steps) {

    /** What the run is known by. */
    static final String RUN = "run";

    private static final List<Setting> TOLD_OTHERWISE =
            List.of(Setting.SEED, Setting.NAME, Setting.LICENCE, Setting.MIX, Setting.TIMES);

    /** @param arithmetic what the weights' bits depend on beside what is told here */
    Manifest manifest(String software, String run, String arithmetic, double seconds, int threads) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("software", software);
        entries.put(RUN, run);
        Mix mix = materials.mix();
        for (int i = 0; i < mix.texts().size(); i++) {
            Corpus text = mix.texts().get(i);
            String key = mix.texts().size() == 1 ? "text" : "text " + (i + 1);
            entries.put(
                    key,
                    text.name() + ", " + text.characters() + " characters, " + decimals(1, 100 * mix.share(i))
                            + " % of the windows");
            entries.put(key + " sha256", text.sha256());
        }
        TrainingOptions options = TrainingOptions.of(settings, steps);
        entries.put("seed", String.valueOf(options.seed()));
        entries.put("steps", curve.steps() == steps ? "" + steps : curve.steps() + " of " + steps);
        entries.put("tokens seen", String.valueOf((long) curve.steps() * options.tokens()));
        entries.put("batch", options.sequences() + " windows of " + options.length() + " tokens");
        entries.put("options", options());
        entries.put("arithmetic", arithmetic);
        if (tellsTimes(settings)) {
            entries.put("seconds", decimals(0, seconds));
            entries.put("threads", String.valueOf(threads));
        }
        double bits = curve.recent() / Math.log(2) / mix.charactersPerToken();
        entries.put("training loss", decimals(3, bits) + " bits per character, over the last steps");
        Corpus valid = materials.valid();
        if (valid != null && !curve.valid().isEmpty()) {
            Curve.Valid last = curve.valid().getLast();
            entries.put(
                    "valid loss",
                    decimals(3, last.bits()) + " bits per character, f32 weights after step " + last.step() + ", on "
                            + valid.characters() + " characters of " + valid.name());
            entries.put("valid sha256", valid.sha256());
        }
        return new Manifest(
                settings.word(Setting.NAME), Shapes.family(settings), settings.word(Setting.LICENCE), entries);
    }

    /** Whether the manifest tells what another run with the same weights would tell otherwise. */
    static boolean tellsTimes(Settings settings) {
        // A state of an earlier version does not have the setting.
        return !settings.has(Setting.TIMES) || settings.yes(Setting.TIMES);
    }

    private String options() {
        StringBuilder words = new StringBuilder();
        settings.values().forEach((setting, value) -> {
            if (!TOLD_OTHERWISE.contains(setting)) {
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
