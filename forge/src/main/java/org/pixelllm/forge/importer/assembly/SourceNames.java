package org.pixelllm.forge.importer.assembly;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.pixelllm.forge.family.WeightNames;

/** From the name of a program's weight to the tensor of a model file that holds it. */
public final class SourceNames {

    private static final String LAYERS = "layers.";

    private SourceNames() {}

    /** Where a weight stands if queries, keys and values are one tensor, one after the other. */
    public static Source qkvPart(String weight, Source source) {
        int part = List.of(WeightNames.Q, WeightNames.K, WeightNames.V).indexOf(local(weight));
        return part < 0 ? source : source.part(part, 3);
    }

    /** The weight's name without its layer, and without {@code _bias}. */
    public static String local(String name) {
        int dot = name.startsWith(LAYERS) ? name.indexOf('.', LAYERS.length()) : -1;
        return WeightNames.withoutBias(name.substring(dot + 1));
    }

    /**
     * What a format calls the weights of a program, as {@code NAME.weight} and {@code NAME.bias}.
     *
     * @param whole its name for each weight outside the layers
     * @param layers what precedes a layer's number
     * @param inLayer its name for each weight of a layer
     */
    public static Function<String, Source> of(Map<String, String> whole, String layers, Map<String, String> inLayer) {
        return name -> {
            boolean inside = name.startsWith(LAYERS);
            String theirs = (inside ? inLayer : whole).get(local(name));
            if (theirs == null) {
                throw new IllegalArgumentException("no name for " + name);
            }
            String index = inside ? name.substring(LAYERS.length(), name.indexOf('.', LAYERS.length()) + 1) : "";
            String kind = WeightNames.isBias(name) ? ".bias" : ".weight";
            return Source.of((inside ? layers + index : "") + theirs + kind);
        };
    }
}
