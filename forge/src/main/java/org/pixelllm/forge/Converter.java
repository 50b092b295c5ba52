package org.pixelllm.forge;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.cartridge.NotFiniteWeightException;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Operation;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.WeightCodec;

/** Changes the type of a cartridge's weights. */
public final class Converter {

    /** Rows shorter than this stay f32: they are small, and a block of a quantised type would be mostly padding. */
    private static final int MIN_COLUMNS = 32;

    private Converter() {}

    /**
     * The same model in this version's layout, every weight in the type that it has.
     *
     * @param cartridge of this version or an older one; must stay open until the model is written
     * @throws PxiException where the cartridge cannot be read
     */
    public static Model copy(Cartridge cartridge) throws PxiException {
        return model(cartridge, "layout, from the cartridge sha256:" + cartridge.digest());
    }

    /**
     * The same model with its matrices in another type. Vectors and matrices with fewer than 32 columns become f32. A
     * weight that has its type already is carried over code for code.
     *
     * @param cartridge of this version or an older one; must stay open until the model is written
     * @param type a weight type
     * @throws IllegalArgumentException where it is no weight type
     * @throws PxiException where the cartridge cannot be read, or the type needs the range of values that are not finite
     */
    public static Model convert(Cartridge cartridge, ElementType type) throws PxiException {
        return convert(
                model(cartridge, "weights to " + type.word() + ", from the cartridge sha256:" + cartridge.digest()),
                type);
    }

    private static Model model(Cartridge cartridge, String converted) throws PxiException {
        Manifest manifest = cartridge.manifest();
        Map<String, String> provenance = new LinkedHashMap<>(manifest.provenance());
        provenance.put("converted", converted);
        return new Model(
                cartridge.program(),
                cartridge.encodedWeights(),
                cartridge.hasTokenizer() ? cartridge.tokenizer() : null,
                new Manifest(manifest.name(), manifest.family(), manifest.licence(), provenance)
                        .withChat(manifest.chat()),
                cartridge.file());
    }

    /**
     * The same model with its matrices in another type, while it is still on its way into a cartridge.
     *
     * @param model what it is read from must stay open until it is written
     * @param type a weight type
     * @throws IllegalArgumentException where it is no weight type
     * @throws PxiException where the type needs the range of values that are not finite
     */
    public static Model convert(Model model, ElementType type) throws PxiException {
        Program from = model.program();
        Program program = retyped(from, type);
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            EncodedWeight weight = Objects.requireNonNull(model.weights().get(id));
            try {
                weights.put(
                        id, encode(weight, from.tensor(id), program.tensor(id).type()));
            } catch (NotFiniteWeightException e) {
                throw e.of(program.tensor(id).name()).in(model.file());
            }
        }
        return new Model(program, weights, model.tokenizer(), model.manifest(), model.file());
    }

    /** The same program with its matrices in another type, as {@link #convert(Model, ElementType)} chooses them. */
    public static Program retyped(Program from, ElementType type) {
        if (!type.isWeightType()) {
            throw new IllegalArgumentException(type.word() + " is no weight type");
        }
        Map<String, ElementType> types = new HashMap<>();
        Set<Integer> factors = factors(from);
        for (int id : from.withRole(Role.WEIGHT)) {
            Tensor tensor = from.tensor(id);
            boolean matrix = tensor.shape().size() > 1 && tensor.columns() >= MIN_COLUMNS && !factors.contains(id);
            types.put(tensor.name(), matrix ? type : ElementType.F32);
        }
        return from.withWeightTypes(types);
    }

    /** Factors of rotary positions, which are f32 in every program. */
    private static Set<Integer> factors(Program program) {
        return program.instructions().stream()
                .filter(each -> each.opcode() == Opcode.ROPE)
                .map(each -> Operation.Rope.of(each).factors())
                .collect(Collectors.toSet());
    }

    private static EncodedWeight encode(EncodedWeight weight, Tensor tensor, ElementType type) {
        if (tensor.type() == type) {
            return weight;
        }
        WeightCodec codec = tensor.type().codec();
        byte[] bytes = new byte[codec.rowBytes(tensor.columns())];
        EncodedWeight.RowReader reader = (row, to) -> {
            weight.rows().write(row, bytes, 0);
            codec.decode(bytes, 0, weight.range(), to, 0, tensor.columns());
        };
        return EncodedWeight.ofRows(type, tensor.rows(), tensor.columns(), reader)
                .from(weight.origin());
    }
}
