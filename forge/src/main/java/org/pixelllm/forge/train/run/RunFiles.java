package org.pixelllm.forge.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.pxvm.cartridge.Cartridge;

/**
 * What a run keeps on disk.
 *
 * @param cartridge {@code model.pxi}, at every checkpoint and at the end
 * @param state {@code model.pxi.state}, while the run is not finished
 * @param picture {@code model.training.png}, the curve
 */
record RunFiles(Path cartridge, Path state, Path picture) {

    static RunFiles of(Path cartridge) {
        String name = String.valueOf(cartridge.getFileName());
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        return new RunFiles(
                cartridge, cartridge.resolveSibling(name + ".state"), cartridge.resolveSibling(stem + ".training.png"));
    }

    /** Finds out whether they could be written, before anything is computed. */
    void requireWritable() throws IOException {
        for (Path file : List.of(cartridge, state, picture)) {
            PxiFiles.requireWritable(file);
        }
    }

    /** An unfinished run is not written over. */
    void requireNoRun() {
        if (Files.exists(state)) {
            throw new SettingsException(state + " is the state of an unfinished run. Continue it with --resume "
                    + cartridge + ", or delete it, or choose another output.");
        }
    }

    /** There must be something to continue from. */
    void requireState() throws PxiException {
        if (!Files.exists(state)) {
            PxiFiles.requireRegular(cartridge);
            throw new UnreadableFileException(new Fault(
                    cartridge.toString(),
                    "beside it",
                    "the run's state, " + state,
                    "no such file",
                    "A finished run has none: begin a new run. Otherwise put the state back beside the cartridge."));
        }
    }

    /** A cartridge that another run made is not written over. */
    void requireSameRun(String run) throws PxiException {
        if (!Files.exists(cartridge)) {
            return; // It was stopped before its first cartridge.
        }
        try (Cartridge open = Cartridge.open(cartridge)) {
            String found = open.manifest().provenance().get(Provenance.RUN);
            if (!run.equals(found)) {
                throw new ModelMismatchException(new Fault(
                        cartridge.toString(),
                        "manifest, run",
                        "run " + run + ", to which " + state + " belongs",
                        found == null ? "a cartridge that no training run made" : "run " + found,
                        "Put the cartridge and its state together again, or begin a new run."));
            }
        }
    }
}
