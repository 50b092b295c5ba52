package org.pixelllm.forge.train.run;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.family.PooledMlp;
import org.pixelllm.forge.family.Style;

/**
 * The settings of one run, those not given with their defaults.
 *
 * @param values each setting that has a value
 */
record Settings(Map<Setting, String> values) {

    private static final String TUNING_RATE = "0.0005";
    private static final int TUNING_LENGTH = 256;

    public Settings {
        values = Collections.unmodifiableMap(new EnumMap<>(values));
    }

    /**
     * Fills in the defaults.
     *
     * @throws SettingsException naming the option that is missing, unknown to the family or one too many
     */
    static Settings of(Map<Setting, String> given) {
        EnumMap<Setting, String> values = new EnumMap<>(Setting.class);
        String family = given.getOrDefault(Setting.FAMILY, Style.LLAMA.name());
        boolean pooled = family.equals(PooledMlp.NAME);
        if (!pooled && !family.equals(Style.LLAMA.name())) {
            throw fault(Setting.FAMILY, Style.LLAMA.name() + " or " + PooledMlp.NAME, family);
        }
        for (Setting setting : Setting.values()) {
            String defaultValue = setting.defaultValue(pooled);
            if (defaultValue != null) {
                values.put(setting, defaultValue);
            }
        }
        values.putAll(given);
        Settings all = new Settings(values);
        requireOneBudget(all.values);
        for (Setting setting : Setting.values()) {
            boolean ofLlamaOnly = setting.defaultValue(false) != null && setting.defaultValue(true) == null;
            if (pooled && given.containsKey(setting) && (ofLlamaOnly || setting == Setting.KV_HEADS)) {
                throw new SettingsException(setting.option() + ": the family " + PooledMlp.NAME + " has none.");
            }
        }
        return all.with(Setting.NAME, given.getOrDefault(Setting.NAME, family));
    }

    private static void requireOneBudget(Map<Setting, String> given) {
        if (given.keySet().stream().filter(Setting::isBudget).count() != 1) {
            throw new SettingsException("Give the length of the training: one of --steps, --minutes and --epochs.");
        }
    }

    /**
     * Fills in the defaults of a run that goes on from a model, which has its shape already.
     *
     * @param context of the model
     * @param name of the model in its manifest
     * @param licence of the model in its manifest
     * @throws SettingsException naming the option that is missing, one too many or about the shape
     */
    static Settings tuned(Map<Setting, String> given, int context, String name, String licence) {
        EnumMap<Setting, String> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            String defaultValue = setting.defaultValue(false);
            if (setting.isShape() && given.containsKey(setting)) {
                throw new SettingsException(
                        setting.option() + ": the model of --from has its shape and tokenizer. Leave it out.");
            }
            if (defaultValue != null && !setting.isShape() && setting != Setting.WEIGHTS) {
                values.put(setting, defaultValue);
            }
        }
        values.put(Setting.RATE, TUNING_RATE);
        values.put(Setting.CONTEXT, String.valueOf(context));
        values.put(Setting.LENGTH, String.valueOf(Math.min(context, TUNING_LENGTH)));
        values.put(Setting.NAME, name);
        values.put(Setting.LICENCE, licence);
        values.putAll(given);
        requireOneBudget(values);
        return new Settings(values);
    }

    /** Whether the rate is constant, so that the run may be made longer. */
    boolean isConstant() {
        return TrainingOptions.isConstant(this);
    }

    /**
     * The settings of a run that continues.
     *
     * @param given settings given again; they may repeat what the run was begun with, and change what affects only the
     *     finished cartridge, and how long a run of a constant rate is
     * @throws SettingsException naming the option that contradicts
     */
    Settings resumed(Map<Setting, String> given) {
        boolean constant = isConstant();
        Settings result = this;
        if (constant && given.keySet().stream().anyMatch(Setting::isBudget)) {
            requireOneBudget(given);
            EnumMap<Setting, String> others = new EnumMap<>(Setting.class);
            others.putAll(values);
            others.keySet().removeIf(Setting::isBudget);
            result = new Settings(others);
        }
        for (Map.Entry<Setting, String> entry : given.entrySet()) {
            Setting setting = entry.getKey();
            String begun = values.get(setting);
            if (!setting.mayChange(constant) && !entry.getValue().equals(begun)) {
                throw new SettingsException(setting.option() + ": this run was begun with "
                        + (begun == null ? "none" : begun) + ", found " + entry.getValue()
                        + ". Leave it out, or begin a new run.");
            }
            result = result.with(setting, entry.getValue());
        }
        return result;
    }

    /** The options of a sitting that differ from those of the one before it, as a line. */
    String changedSince(Settings before) {
        return values.entrySet().stream()
                .filter(each ->
                        each.getKey().isOfASitting() && !each.getValue().equals(before.values.get(each.getKey())))
                .map(each -> each.getKey().option() + " " + each.getValue())
                .collect(Collectors.joining(" "));
    }

    Settings with(Setting setting, String value) {
        EnumMap<Setting, String> changed = new EnumMap<>(Setting.class);
        changed.putAll(values);
        changed.put(setting, value);
        return new Settings(changed);
    }

    boolean has(Setting setting) {
        return values.containsKey(setting);
    }

    /** A setting that always has a value. */
    String word(Setting setting) {
        String value = values.get(setting);
        if (value == null) {
            throw new SettingsException(setting.option() + ": expected a value, found none");
        }
        return value;
    }

    /** A whole number of at least 0. */
    int whole(Setting setting) {
        try {
            int value = Integer.parseInt(word(setting));
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw fault(setting, "a whole number from 0 to " + Integer.MAX_VALUE, word(setting));
    }

    /** A whole number, or another where none is set. */
    int whole(Setting setting, int otherwise) {
        return has(setting) ? whole(setting) : otherwise;
    }

    double real(Setting setting) {
        return real(setting, word(setting));
    }

    /** A whole number of at least 1. */
    int atLeastOne(Setting setting) {
        int value = whole(setting);
        if (value < 1) {
            throw fault(setting, "at least 1", String.valueOf(value));
        }
        return value;
    }

    /** A number above 0. */
    double positive(Setting setting) {
        double value = real(setting);
        if (value <= 0) {
            throw fault(setting, "above 0", word(setting));
        }
        return value;
    }

    boolean yes(Setting setting) {
        return switch (word(setting)) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw fault(setting, "yes or no", word(setting));
        };
    }

    long seed() {
        try {
            return Long.parseLong(word(Setting.SEED));
        } catch (NumberFormatException e) {
            throw fault(Setting.SEED, "a whole number", word(Setting.SEED));
        }
    }

    /**
     * The shares of the mix, or null where none are set.
     *
     * @param texts how many there must be
     */
    double @Nullable [] mix(int texts) {
        if (!has(Setting.MIX)) {
            return null;
        }
        double[] shares = Stream.of(word(Setting.MIX).split(",", -1))
                .mapToDouble(each -> real(Setting.MIX, each))
                .toArray();
        if (shares.length != texts) {
            throw fault(Setting.MIX, texts + " numbers, one for each text", word(Setting.MIX));
        }
        for (double share : shares) {
            if (!(share > 0)) {
                throw fault(Setting.MIX, "numbers above 0", word(Setting.MIX));
            }
        }
        return shares;
    }

    private static double real(Setting setting, String word) {
        try {
            double value = Double.parseDouble(word);
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw fault(setting, "a number", word);
    }

    static SettingsException fault(Setting setting, String expected, String found) {
        return new SettingsException(setting.option() + ": expected " + expected + ", found " + found);
    }
}
