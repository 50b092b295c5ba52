package org.pixelllm.forge.importer;

import java.nio.file.Files;
import java.nio.file.Path;
import org.pixelllm.forge.Model;
import org.pixelllm.protocol.InvalidContentException;
import org.pixelllm.protocol.PxiException;
import org.pixelllm.protocol.PxiException.Fault;
import org.pixelllm.protocol.PxiFiles;

/** Finds out what a model file is and reads it. */
public final class Importer {

    private Importer() {}

    /**
     * Reads a model of any known format.
     *
     * @param path the original implementation's {@code .pxi}, with its {@code .meta.json} beside it
     * @throws PxiException naming the file and the place that is wrong
     */
    public static Model read(Path path) throws PxiException {
        PxiFiles.requireRegular(path);
        String name = String.valueOf(path.getFileName());
        if (name.endsWith(V0Importer.META_SUFFIX)) {
            String stem = name.substring(0, name.length() - V0Importer.META_SUFFIX.length());
            return V0Importer.read(path.resolveSibling(stem + ".pxi"));
        }
        if (Files.exists(V0Importer.metaOf(path))) {
            return V0Importer.read(path);
        }
        throw new InvalidContentException(new Fault(
                path.toString(),
                "whole file",
                "a model: v0 weights with a .meta.json beside them",
                "a file of another kind, or no " + V0Importer.metaOf(path).getFileName(),
                "Put the .meta.json beside the .pxi."));
    }
}
