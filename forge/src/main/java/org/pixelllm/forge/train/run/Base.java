package org.pixelllm.forge.train.run;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.pixelllm.forge.Converter;
import org.pixelllm.forge.train.gradient.Parameters;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.cartridge.Manifest;
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
     * A model's cartridge; its weights stay there until there is room for them.
     *
     * @param file where it is
     * @param digest of the cartridge
     * @param name in its manifest
     * @param licence in its manifest
     */
    record Source(Base base, Path file, String digest, String name, String licence, Tokenizer tokenizer) {

        /** Sets the weights to those of the model. */
        void fill(Parameters parameters) throws PxiException {
            try (Cartridge cartridge = Cartridge.open(file)) {
                if (!cartridge.digest().equals(digest)) {
                    throw new ModelMismatchException(new Fault(
                            file.toString(),
                            "whole file",
                            "the cartridge sha256:" + digest,
                            "sha256:" + cartridge.digest() + ": it was replaced",
                            "Begin again."));
                }
                for (int id : parameters.ids()) {
                    float[] values = cartridge.weights().get(id).decode();
                    System.arraycopy(values, 0, parameters.values(id), 0, values.length);
                }
            }
        }
    }

    /** Finds out what a cartridge is. */
    static Source read(Path file) throws PxiException {
        try (Cartridge cartridge = Cartridge.open(file)) {
            Manifest manifest = cartridge.manifest();
            String run = manifest.provenance().get(Provenance.RUN);
            String from = manifest.name() + ", sha256:" + cartridge.digest() + (run == null ? "" : ", run " + run);
            return new Source(
                    new Base(cartridge.program(), manifest.family(), from),
                    file,
                    cartridge.digest(),
                    manifest.name(),
                    manifest.licence(),
                    cartridge.tokenizer());
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
