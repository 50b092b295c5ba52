package org.pixelllm.forge.importer.assembly;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.importer.tensor.TensorFile;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.program.Dim;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * Puts a model together from an open file. Every tensor that the program asks for must be there in the shape it asks for,
 * and no other may be there: one that is left over would change the model's answers if it were used. A type that the
 * machine has is carried over exactly, any other becomes f32.
 */
public final class Assembly {

    /** Layers of a model. */
    public static final int MAX_LAYERS = 1024;

    private Assembly() {}

    /** Reads the tokenizer that goes with a model. */
    @FunctionalInterface
    public interface TokenizerReader {
        /**
         * Reads it.
         *
         * @param rows token ids of the model are below this
         * @return null where the model has none
         */
        @Nullable
        Tokenizer read(int rows) throws PxiException;
    }

    /**
     * How many positions a cartridge has.
     *
     * @param place where the file says how many the model has
     * @param usual how many it has
     * @param asked how many a person asked for; 0 for as many
     * @throws ModelMismatchException where the model has fewer
     */
    public static int context(String file, String place, int usual, int asked) throws ModelMismatchException {
        if (asked > usual) {
            throw new ModelMismatchException(new Fault(
                    file,
                    place,
                    "at least the " + asked + " positions that --context asks for",
                    usual + " positions",
                    "Ask for fewer, or leave --context out."));
        }
        return asked == 0 ? usual : asked;
    }

    /**
     * How many token ids a model has.
     *
     * @param place where the file says so
     * @throws ModelMismatchException where no image can name them all
     */
    public static int vocabulary(String file, String place, int found) throws ModelMismatchException {
        if (found > PxiVersion.MAX_VOCABULARY) {
            throw new ModelMismatchException(new Fault(
                    file,
                    place,
                    "at most " + PxiVersion.MAX_VOCABULARY
                            + " token ids, whose heat map is no larger than an image may be",
                    String.valueOf(found),
                    "Choose a model with a smaller vocabulary."));
        }
        return found;
    }

    /** The model, whose values are read from the file when it is written. */
    public static Model model(Blueprint blueprint, TensorFile file, TokenizerReader reader, Manifest manifest)
            throws PxiException {
        Program shapes = blueprint.program();
        Map<String, ElementType> types = new HashMap<>();
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        Set<String> used = new HashSet<>();
        for (int id : shapes.withRole(Role.WEIGHT)) {
            Tensor tensor = shapes.tensor(id);
            List<Integer> shape = tensor.shape().stream().map(Dim::size).toList();
            Source source = blueprint.sources().apply(tensor.name());
            ElementType type = source.require(file, shape);
            types.put(tensor.name(), type);
            weights.put(id, source.encoded(file, type, shape).from(source.name()));
            used.addAll(source.names());
        }
        for (String name : file.tensors().keySet()) {
            if (!used.contains(name) && !blueprint.ignored().test(name)) {
                throw new InvalidContentException(new Fault(
                        file.file(),
                        "tensor " + name,
                        "only tensors of the family " + blueprint.family() + " has",
                        "a tensor that this family does not use",
                        "The model is a variation that cannot be imported."));
            }
        }
        Tokenizer tokenizer = reader.read(shapes.vocabulary());
        if (tokenizer != null && tokenizer.vocabulary() > shapes.vocabulary()) {
            throw new ModelMismatchException(new Fault(
                    file.file(),
                    "tokenizer",
                    "at most " + shapes.vocabulary() + " tokens, the model's vocabulary",
                    String.valueOf(tokenizer.vocabulary()),
                    "Name the tokenizer that belongs to this model with --tokenizer."));
        }
        return new Model(shapes.withWeightTypes(types), weights, tokenizer, manifest, file.file());
    }
}
