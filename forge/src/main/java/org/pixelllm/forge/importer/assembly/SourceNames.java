package org.pixelllm.forge.importer.assembly;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.pixelllm.forge.family.Heads;
import org.pixelllm.forge.family.WeightNames;
import org.pixelllm.forge.importer.assembly.Source.Rows;

/** From the name of a program's weight to the tensor of a model file that holds it. */
public final class SourceNames {

    private static final String LAYERS = "layers.";

    private SourceNames() {}

    /** Where a weight stands if queries, keys and values are one tensor, one below the other. */
    public static Source.Stored fused(String weight, Source.Stored source, Heads heads) {
        int q = heads.queries() * heads.dim();
        int kv = heads.keyValues() * heads.dim();
        return switch (local(weight)) {
            case WeightNames.Q -> source.rows(Rows.from(0, q + 2 * kv));
            case WeightNames.K -> source.rows(Rows.from(q, q + 2 * kv));
            case WeightNames.V -> source.rows(Rows.from(q + kv, q + 2 * kv));
            default -> source;
        };
    }

    /**
     * Where a weight stands if queries, keys and values are one tensor in which each head of keys is preceded by the query
     * heads that share it and followed by its values.
     */
    public static Source.Stored grouped(String weight, Source.Stored source, Heads heads) {
        int dim = heads.dim();
        int sharing = heads.queries() / heads.keyValues();
        int group = (sharing + 2) * dim;
        int total = heads.keyValues() * group;
        return switch (local(weight)) {
            case WeightNames.Q ->
                source.rows(new Rows(total, row -> row / (sharing * dim) * group + row % (sharing * dim)));
            case WeightNames.K -> source.rows(new Rows(total, row -> row / dim * group + sharing * dim + row % dim));
            case WeightNames.V ->
                source.rows(new Rows(total, row -> row / dim * group + (sharing + 1) * dim + row % dim));
            default -> source;
        };
    }

    /** Where a weight stands if gate and up are one tensor, one below the other. */
    public static Source.Stored gateAndUp(String weight, Source.Stored source, int hidden) {
        return switch (local(weight)) {
            case WeightNames.GATE -> source.rows(Rows.from(0, 2 * hidden));
            case WeightNames.UP -> source.rows(Rows.from(hidden, 2 * hidden));
            default -> source;
        };
    }

    /** The weight's name without its layer, and without {@code _bias}. */
    public static String local(String name) {
        int dot = isInLayer(name) ? name.indexOf('.', LAYERS.length()) : -1;
        return WeightNames.withoutBias(name.substring(dot + 1));
    }

    /** Whether a weight is one of a layer. */
    public static boolean isInLayer(String name) {
        return name.startsWith(LAYERS);
    }

    /** The number of a weight's layer. */
    public static int layer(String name) {
        return Integer.parseInt(name.substring(LAYERS.length(), name.indexOf('.', LAYERS.length())));
    }

    /**
     * What a format calls the weights of a program, as {@code NAME.weight} and {@code NAME.bias}.
     *
     * @param whole its name for each weight outside the layers
     * @param layers what precedes a layer's number
     * @param inLayer its name for each weight of a layer; one with {@code *} stands for as many as there are experts
     * @param experts how many there are
     */
    public static Function<String, Source.Stored> of(
            Map<String, String> whole, String layers, Map<String, String> inLayer, int experts) {
        return name -> {
            boolean inside = isInLayer(name);
            String theirs = (inside ? inLayer : whole).get(local(name));
            if (theirs == null) {
                throw new IllegalArgumentException("no name for " + name);
            }
            String full = (inside ? layers + layer(name) + "." : "")
                    + theirs
                    + (WeightNames.isBias(name) ? ".bias" : ".weight");
            if (!full.contains("*")) {
                return Source.of(full);
            }
            List<String> names = IntStream.range(0, experts)
                    .mapToObj(i -> full.replace("*", String.valueOf(i)))
                    .toList();
            return Source.Stored.stacked(names);
        };
    }

    /** As above, without experts. */
    public static Function<String, Source.Stored> of(
            Map<String, String> whole, String layers, Map<String, String> inLayer) {
        return of(whole, layers, inLayer, 0);
    }
}
