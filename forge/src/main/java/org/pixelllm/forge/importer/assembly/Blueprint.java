package org.pixelllm.forge.importer.assembly;

import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.pixelllm.pxvm.program.Program;

/**
 * What a model file's settings say: the program, and where its weights are in the file.
 *
 * @param family the family's name
 * @param program with f32 weights
 * @param sources where the weight of this name is
 * @param ignored whether a tensor of the file may stay unused, since it repeats what is known anyway
 */
public record Blueprint(
        String family, Program program, Function<String, ? extends Source> sources, Predicate<String> ignored) {

    /** A blueprint of a file in which these tensors alone may stay unused. */
    public static Blueprint of(
            String family, Program program, Function<String, ? extends Source> sources, String... ignored) {
        return new Blueprint(family, program, sources, Set.of(ignored)::contains);
    }
}
