package org.pixelllm.forge.importer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.family.Llama;
import org.pixelllm.protocol.ModelMismatchException;
import org.pixelllm.protocol.PxiException;
import org.pixelllm.protocol.PxiException.Fault;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.program.Dim;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * Puts a model of the Llama family together from an open file. Every tensor that the program asks for must be there in
 * the shape it asks for; a type that the machine has is carried over exactly, any other becomes f32.
 */
final class LlamaAssembly {

    private LlamaAssembly() {}

    /**
     * The model, whose values are read from the file when it is written.
     *
     * @param nameOf the file's name for a weight of the program
     */
    static Model model(
            Llama family,
            TensorFile file,
            UnaryOperator<String> nameOf,
            @Nullable Tokenizer tokenizer,
            Manifest manifest)
            throws PxiException {
        if (tokenizer != null && tokenizer.vocabulary() > family.vocabulary()) {
            throw new ModelMismatchException(new Fault(
                    file.file(),
                    "tokenizer",
                    "at most " + family.vocabulary() + " tokens, the model's vocabulary",
                    String.valueOf(tokenizer.vocabulary()),
                    "Name the tokenizer that belongs to this model with --tokenizer."));
        }
        Program shapes = family.program();
        Map<String, ElementType> types = new HashMap<>();
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        for (int id : shapes.withRole(Role.WEIGHT)) {
            Tensor tensor = shapes.tensor(id);
            List<Integer> shape = tensor.shape().stream().map(Dim::size).toList();
            TensorInfo stored = file.require(nameOf.apply(tensor.name()), shape);
            ElementType type = typeOf(stored, shape);
            types.put(tensor.name(), type);
            weights.put(id, file.encoded(stored.name(), type));
        }
        return new Model(shapes.withWeightTypes(types), weights, tokenizer, manifest);
    }

    private static ElementType typeOf(TensorInfo stored, List<Integer> shape) {
        ElementType same = stored.type().same();
        return shape.size() == 1 || same == null ? ElementType.F32 : same;
    }

    /** Replaces {@code layers.N.NAME} by what a format calls it. */
    static UnaryOperator<String> names(Map<String, String> whole, String layerPrefix, Map<String, String> inLayer) {
        return name -> {
            if (!name.startsWith("layers.")) {
                return whole.getOrDefault(name, name);
            }
            int dot = name.indexOf('.', "layers.".length());
            String index = name.substring("layers.".length(), dot);
            String local = name.substring(dot + 1);
            return layerPrefix + index + "." + inLayer.getOrDefault(local, local);
        };
    }
}
