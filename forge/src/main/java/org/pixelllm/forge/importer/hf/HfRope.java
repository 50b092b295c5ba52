package org.pixelllm.forge.importer.hf;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.family.Rope;
import org.pixelllm.forge.family.Rope.Pairing;
import org.pixelllm.forge.family.Rope.Scaling;
import org.pixelllm.forge.family.WeightNames;
import org.pixelllm.forge.importer.assembly.RotaryFactors;
import org.pixelllm.forge.importer.assembly.RotaryFactors.Yarn;
import org.pixelllm.forge.importer.assembly.Source;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.program.Limits;

/**
 * Rotary positions as a {@code config.json} states them.
 *
 * @param rope what the program says
 * @param values the factors of pairs, or null where it has none
 */
record HfRope(Rope rope, float @Nullable [] values) {

    private static final String ORIGINAL = "original_max_position_embeddings";
    private static final String THETA = "rope_theta";
    private static final float USUAL_THETA = 10_000;

    boolean hasFactors() {
        return values != null;
    }

    Source factors() {
        return Source.given(WeightNames.ROPE_FACTORS, Objects.requireNonNull(values));
    }

    /** The same with another base; for those without factors, which depend on it. */
    HfRope withTheta(float theta) {
        return new HfRope(new Rope(rope.pairing(), rope.dims(), theta, rope.scaling(), rope.factors()), values);
    }

    /** Without any scaling. */
    static HfRope plain(Pairing pairing, int dims, float theta) {
        return new HfRope(Rope.plain(pairing, dims, theta), null);
    }

    /**
     * Reads them.
     *
     * @param dims elements of a head that rotate
     * @param usual how many positions the model has
     * @param context how many the cartridge has
     */
    static HfRope read(HfConfig config, int dims, int usual, int context) throws PxiException {
        // Later versions of transformers keep all of it in one place.
        HfConfig parameters = config.within("rope_parameters");
        HfConfig older = config.within("rope_scaling");
        if (parameters != null && older != null && !parameters.values().equals(older.values())) {
            throw config.fault("rope_scaling", "the same as rope_parameters, or one of the two");
        }
        HfConfig scaling = parameters != null ? parameters : older;
        return new Reading(config, scaling, dims, usual, context).read(theta(config, scaling));
    }

    /** Reads those of one kind of layer, which stand in an object of their own. */
    static HfRope ofLayers(HfConfig config, HfConfig parameters, String kind, int dims, int usual, int context)
            throws PxiException {
        HfConfig its = parameters.within(kind);
        if (its == null) {
            throw parameters.fault(kind, "an object");
        }
        return new Reading(config, its, dims, usual, context).read(its.real(THETA));
    }

    /** The base, which stands beside the scaling or within it. */
    private static float theta(HfConfig config, @Nullable HfConfig scaling) throws PxiException {
        if (scaling == null || !scaling.has(THETA)) {
            return config.real(THETA, USUAL_THETA);
        }
        float theta = scaling.real(THETA);
        if (config.has(THETA) && config.real(THETA) != theta) {
            throw scaling.fault(THETA, config.real(THETA) + ", as rope_theta outside says");
        }
        return theta;
    }

    private record Reading(HfConfig config, @Nullable HfConfig scaling, int dims, int usual, int context) {

        HfRope read(float theta) throws PxiException {
            if (scaling == null) {
                return plain(Pairing.HALVES, dims, theta);
            }
            if (scaling.has("partial_rotary_factor")) {
                // Stated in both places by later versions; the one outside was read.
                float share = scaling.real("partial_rotary_factor");
                if (config.has("partial_rotary_factor") && config.real("partial_rotary_factor") != share) {
                    throw scaling.fault("partial_rotary_factor", "the same as outside");
                }
            }
            String key = scaling.has("rope_type") ? "rope_type" : "type";
            String type = scaling.text(key, "");
            if (!scaling.text("type", type).equals(type)) {
                throw scaling.fault("type", "the same as rope_type");
            }
            return switch (type) {
                case "default" -> plain(Pairing.HALVES, dims, theta);
                case "linear" -> scaled(theta, Scaling.linear(scaling.real("factor")));
                case "llama3" -> scaled(theta, llama3(scaling));
                case "yarn" -> factored(theta, yarn(scaling, theta));
                case "longrope", "su" -> factored(theta, longrope(scaling));
                default -> throw scaling.fault(key, "default, linear, llama3, yarn or longrope");
            };
        }

        private HfRope scaled(float theta, Scaling its) {
            return new HfRope(new Rope(Pairing.HALVES, dims, theta, its, false), null);
        }

        private HfRope factored(float theta, float[] values) {
            return new HfRope(new Rope(Pairing.HALVES, dims, theta, Scaling.NONE, true), values);
        }

        private static Scaling llama3(HfConfig from) throws PxiException {
            return new Scaling(
                    from.real("factor"),
                    from.real("low_freq_factor"),
                    from.real("high_freq_factor"),
                    from.whole(ORIGINAL, 1, Limits.CONTEXT));
        }

        private float[] yarn(HfConfig from, float theta) throws PxiException {
            float factor = from.real("factor");
            float mscale = from.real("mscale", 0);
            float all = from.real("mscale_all_dim", 0);
            double magnitude = mscale != 0 && all != 0
                    ? RotaryFactors.yarnMagnitude(factor, mscale) / RotaryFactors.yarnMagnitude(factor, all)
                    : RotaryFactors.yarnMagnitude(factor, 1);
            Yarn yarn = new Yarn(
                    factor,
                    from.whole(ORIGINAL, 1, Limits.CONTEXT, usual),
                    from.real("beta_fast", (float) RotaryFactors.BETA_FAST),
                    from.real("beta_slow", (float) RotaryFactors.BETA_SLOW),
                    from.flag("truncate", true));
            return RotaryFactors.yarn(
                    yarn, dims, theta, from.has("attention_factor") ? from.real("attention_factor") : magnitude);
        }

        private float[] longrope(HfConfig from) throws PxiException {
            int stated = from.whole(ORIGINAL, 0, Limits.CONTEXT, config.whole(ORIGINAL, 0, Limits.CONTEXT, 0));
            int original = stated == 0 ? usual : stated;
            double ratio = (double) usual / original;
            double factor = stated == 0 ? from.real("factor") : ratio;
            if (from.real("factor", (float) factor) != (float) factor) {
                throw from.fault("factor", ratio + ", the ratio of the contexts");
            }
            float[] near = from.reals("short_factor", dims / 2);
            float[] far = from.reals("long_factor", dims / 2);
            double magnitude = RotaryFactors.longMagnitude(factor, original);
            float[] chosen = context > original ? far : near;
            double[] divisors = new double[chosen.length];
            for (int i = 0; i < divisors.length; i++) {
                divisors[i] = chosen[i];
            }
            return RotaryFactors.rows(
                    divisors, from.has("attention_factor") ? from.real("attention_factor") : magnitude);
        }
    }
}
