package org.pixelllm.forge.train.run;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.forge.Converter;
import org.pixelllm.forge.train.gradient.Parameters;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.ProgramImage;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * A model that a run goes on from.
 *
 * @param program with the types of its cartridge
 * @param family its name in the manifest
 * @param from what the manifest says of it
 */
record Base(Program program, String family, String from) {

    /**
     * A model as it is read from its cartridge.
     *
     * @param name in its manifest
     * @param licence in its manifest
     * @param values of each weight tensor, in the program's order
     */
    record Read(Base base, String name, String licence, Tokenizer tokenizer, List<float[]> values) {

        /** Sets the weights to those of the model. */
        void fill(Parameters parameters) {
            List<Integer> ids = parameters.ids();
            for (int i = 0; i < ids.size(); i++) {
                float[] to = parameters.values(ids.get(i));
                System.arraycopy(values.get(i), 0, to, 0, to.length);
            }
        }
    }

    /** Reads a cartridge. */
    static Read read(Path file) throws PxiException {
        try (Cartridge cartridge = Cartridge.open(file)) {
            Program program = cartridge.program();
            String run = cartridge.manifest().provenance().get(Provenance.RUN);
            String from = cartridge.manifest().name() + ", sha256:" + cartridge.digest()
                    + (run == null ? "" : ", run " + run);
            return new Read(
                    new Base(program, cartridge.manifest().family(), from),
                    cartridge.manifest().name(),
                    cartridge.manifest().licence(),
                    cartridge.tokenizer(),
                    program.withRole(Role.WEIGHT).stream()
                            .map(id -> cartridge.weights().get(id).decode())
                            .toList());
        }
    }

    /** The program with all weights in f32, to be trained. */
    Program trained() {
        Map<String, ElementType> types = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            types.put(program.tensor(id).name(), ElementType.F32);
        }
        return program.withWeightTypes(types);
    }

    /** The program with its matrices in a type. */
    Program typed(ElementType type) {
        return Converter.retyped(program, type);
    }

    /** The program for a checkpoint. */
    byte[] programBytes() {
        return ProgramImage.write(program).rgb();
    }

    /** The program of a checkpoint. */
    static Program program(byte[] bytes, String file) throws PxiException {
        return ProgramImage.read(new Pixels(ProgramImage.WIDTH, bytes.length / (3 * ProgramImage.WIDTH), bytes), file);
    }
}
