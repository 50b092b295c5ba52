package org.pixelllm.forge.importer.gguf;

import java.util.List;
import org.pixelllm.forge.family.Rope;
import org.pixelllm.forge.family.Rope.Scaling;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.pxvm.program.Limits;

/** Reads rotary positions from GGUF: the base, how positions are divided, and Llama 3's factors, one for each pair. */
final class GgufRope {

    /** The tensor by which converters state Llama 3's scaling. */
    static final String FACTORS = "rope_freqs.weight";

    // Its three numbers in every Llama from 3.1 on; the format keeps the factors only.
    private static final float LOW = 1;
    private static final float HIGH = 4;
    private static final int ORIGINAL = 8192;

    private static final double TOLERANCE = 1e-4;

    private final GgufFile file;
    private final GgufMetadata meta;
    private final String prefix;
    private final int headDim;

    GgufRope(GgufFile file, String prefix, int headDim) {
        this.file = file;
        this.meta = file.metadata();
        this.prefix = prefix + "rope.";
        this.headDim = headDim;
    }

    Rope rope(Rope.Pairing pairing) throws PxiException {
        float theta = (float) meta.real(prefix + "freq_base", 10_000);
        float factor = factor();
        if (!file.tensors().containsKey(FACTORS)) {
            return new Rope(pairing, theta, Scaling.linear(factor));
        }
        if (factor != 1) {
            throw meta.fault(prefix + "scaling.factor", "1 beside a tensor " + FACTORS);
        }
        int original = meta.whole(prefix + "scaling.original_context_length", 1, Limits.CONTEXT, ORIGINAL);
        file.require(FACTORS, List.of(headDim / 2));
        float[] factors = file.values(FACTORS);
        // The slowest pair is divided by the whole factor.
        Rope llama3 = new Rope(pairing, theta, new Scaling(factors[factors.length - 1], LOW, HIGH, original));
        for (int i = 0; i < factors.length; i++) {
            double expected = llama3Factor(llama3, 2.0 * i / headDim);
            if (!(Math.abs(factors[i] / expected - 1) < TOLERANCE)) {
                throw fault(llama3, i, expected, factors[i]);
            }
        }
        return llama3;
    }

    /** How much positions are divided by. */
    private float factor() throws PxiException {
        String key = prefix + "scaling.type";
        String type = meta.text(key, "linear");
        double factor = meta.real(prefix + "scaling.factor", meta.real(prefix + "scale_linear", 1));
        return switch (type) {
            case "none" -> 1;
            case "linear" -> factor == 0 ? 1 : (float) factor;
            default -> throw meta.fault(key, "none or linear", type);
        };
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

    private InvalidContentException fault(Rope rope, int pair, double expected, float found) {
        return new InvalidContentException(new Fault(
                file.file(),
                "tensor " + FACTORS + ", pair " + pair,
                "Llama 3's factors, with frequency factors 1 and 4 and an original context of "
                        + (int) rope.scaling().originalContext() + ": " + (float) expected,
                String.valueOf(found),
                "Only this scaling of rotary positions can be imported."));
    }
}
