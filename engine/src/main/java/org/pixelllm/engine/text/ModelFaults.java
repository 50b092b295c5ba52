package org.pixelllm.engine.text;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.cartridge.FiniteWeights;
import org.pixelllm.pxvm.cartridge.NotFiniteWeightException;
import org.pixelllm.pxvm.program.NotFiniteException;

/** Says what is wrong with a model whose answers are no finite numbers. Safe for use by many threads. */
public final class ModelFaults {

    private final Found found;
    private final String file;

    /** What was found in a cartridge, once it was looked for. */
    private static final class Found {

        private final Cartridge cartridge;
        private @Nullable NotFiniteWeightException weight;
        private boolean looked;

        Found(Cartridge cartridge) {
            this.cartridge = cartridge;
        }

        synchronized @Nullable NotFiniteWeightException weight() {
            if (!looked) {
                weight = FiniteWeights.first(cartridge);
                looked = true;
            }
            return weight;
        }
    }

    /**
     * For a cartridge that stays open meanwhile.
     *
     * @param file what it is called in messages
     */
    public ModelFaults(Cartridge cartridge, String file) {
        this(new Found(cartridge), file);
    }

    private ModelFaults(Found found, String file) {
        this.found = found;
        this.file = file;
    }

    /** The same for somebody to whom the cartridge has another name. */
    public ModelFaults of(String name) {
        return new ModelFaults(found, name);
    }

    /**
     * What such a value comes from: the weight that is no finite number, or a value that grew too large on the way. The
     * first call reads every weight.
     */
    public ModelFaultException of(NotFiniteException value) {
        NotFiniteWeightException its = found.weight();
        String what = value.getMessage();
        if (its == null) {
            return new ModelFaultException(
                    file + ": " + what + ". The fault is the model's, and every weight"
                            + " is a finite number: a value grows too large on the way. pixel-llm look --trace shows where.");
        }
        return new ModelFaultException(file + ": " + its.place() + ": expected a finite number, found "
                + its.value() + ". The fault is the model's: " + what + ". Fetch or make the model again.");
    }

    /** Computes, and turns a value that is not finite into the model's fault. */
    public <T> T check(Supplier<T> computation) {
        try {
            return computation.get();
        } catch (NotFiniteException e) {
            throw of(e);
        }
    }
}
