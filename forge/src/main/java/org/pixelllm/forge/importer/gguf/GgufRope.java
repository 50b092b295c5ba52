package org.pixelllm.forge.importer.gguf;

import java.util.List;
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
 * Rotary positions as GGUF states them: the base, how positions are divided, and factors, one for each pair.
 *
 * @param rope what the program says
 * @param values the factors of pairs, or null where it has none
 */
record GgufRope(Rope rope, float @Nullable [] values) {

    /** The tensor by which converters state Llama 3's scaling. */
    private static final String FREQUENCIES = "rope_freqs.weight";

    private static final String LONG = "rope_factors_long.weight";
    private static final String SHORT = "rope_factors_short.weight";

    /** All of them; they stay unused where they say what the machine has a name for. */
    static final String[] TENSORS = {FREQUENCIES, LONG, SHORT};

    // Llama 3's three numbers in every model from 3.1 on; the format keeps the factors only.
    private static final float LOW = 1;
    private static final float HIGH = 4;
    private static final int ORIGINAL = 8192;

    private static final double TOLERANCE = 1e-4;

    Source factors() {
        return Source.given(WeightNames.ROPE_FACTORS, Objects.requireNonNull(values));
    }

    /**
     * Reads them.
     *
     * @param prefix the architecture and a point
     * @param dims elements of a head that rotate
     * @param context how many positions the cartridge has
     */
    static GgufRope read(GgufFile file, String prefix, Pairing pairing, int dims, int context) throws PxiException {
        return new Reading(file, file.metadata(), prefix + "rope.", pairing, dims).read(context);
    }

    private record Reading(GgufFile file, GgufMetadata meta, String prefix, Pairing pairing, int dims) {

        GgufRope read(int context) throws PxiException {
            float theta = (float) meta.real(prefix + "freq_base", 10_000);
            String key = prefix + "scaling.type";
            String type = meta.text(key, "linear");
            return switch (type) {
                case "none", "linear", "longrope" -> divided(theta, type, context);
                case "yarn" -> yarn(theta);
                default -> throw meta.fault(key, "none, linear, yarn or longrope", type);
            };
        }

        private GgufRope divided(float theta, String type, int context) throws PxiException {
            double stated = meta.real(prefix + "scaling.factor", meta.real(prefix + "scale_linear", 1));
            float factor = type.equals("linear") && stated != 0 ? (float) stated : 1;
            String tensor = factorsFor(context);
            if (tensor == null) {
                return new GgufRope(new Rope(pairing, dims, theta, Scaling.linear(factor), false), null);
            }
            if (factor != 1) {
                throw meta.fault(prefix + "scaling.factor", "1 beside a tensor " + tensor);
            }
            file.require(tensor, List.of(dims / 2));
            float[] factors = file.values(tensor);
            double magnitude = meta.real(prefix + "scaling.attn_factor", 1);
            Rope llama3 = new Rope(pairing, dims, theta, llama3(factors), false);
            if (tensor.equals(FREQUENCIES) && magnitude == 1 && isLlama3(llama3, factors)) {
                return new GgufRope(llama3, null);
            }
            double[] divisors = new double[factors.length];
            for (int i = 0; i < divisors.length; i++) {
                divisors[i] = factors[i];
            }
            return factored(theta, RotaryFactors.rows(divisors, magnitude));
        }

        /** The tensor of factors that holds for a context, or null. */
        private @Nullable String factorsFor(int context) throws PxiException {
            if (file.tensors().containsKey(LONG) || file.tensors().containsKey(SHORT)) {
                int original = meta.whole(prefix + "scaling.original_context_length", 1, Limits.CONTEXT);
                return context > original ? LONG : SHORT;
            }
            return file.tensors().containsKey(FREQUENCIES) ? FREQUENCIES : null;
        }

        private GgufRope factored(float theta, float[] values) {
            return new GgufRope(new Rope(pairing, dims, theta, Scaling.NONE, true), values);
        }

        private GgufRope yarn(float theta) throws PxiException {
            double factor = meta.real(prefix + "scaling.factor");
            Yarn yarn = new Yarn(
                    factor,
                    meta.whole(prefix + "scaling.original_context_length", 1, Limits.CONTEXT),
                    meta.real(prefix + "scaling.yarn_beta_fast", RotaryFactors.BETA_FAST),
                    meta.real(prefix + "scaling.yarn_beta_slow", RotaryFactors.BETA_SLOW),
                    true);
            double more =
                    meta.real(prefix + "scaling.attn_factor", 1) * meta.real(prefix + "scaling.yarn_attn_factor", 1);
            double magnitude = RotaryFactors.yarnMagnitude(factor, 1) * more;
            return factored(theta, RotaryFactors.yarn(yarn, dims, theta, magnitude));
        }

        /** Llama 3's scaling if these are its factors: the slowest pair is divided by the whole factor. */
        private Scaling llama3(float[] factors) throws PxiException {
            int original = meta.whole(prefix + "scaling.original_context_length", 1, Limits.CONTEXT, ORIGINAL);
            return new Scaling(factors[factors.length - 1], LOW, HIGH, original);
        }

        private boolean isLlama3(Rope llama3, float[] factors) {
            for (int i = 0; i < factors.length; i++) {
                double expected = llama3Factor(llama3, 2.0 * i / dims);
                if (!(Math.abs(factors[i] / expected - 1) < TOLERANCE)) {
                    return false;
                }
            }
            return true;
        }

        private static double llama3Factor(Rope rope, double exponent) {
            Scaling scaling = rope.scaling();
            double waves = scaling.originalContext() * StrictMath.pow(rope.theta(), -exponent) / (2 * Math.PI);
            if (waves > scaling.highFrequency()) {
                return 1;
            }
            if (waves < scaling.lowFrequency()) {
                return scaling.factor();
            }
            double blend = (waves - scaling.lowFrequency()) / (scaling.highFrequency() - scaling.lowFrequency());
            return 1 / ((1 - blend) / scaling.factor() + blend);
        }
    }
}
