package org.pixelllm.cli.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A format, and what may come out of any bytes of it. */
interface FuzzTarget {

    /** Sound inputs to begin from. */
    List<byte[]> seeds() throws IOException;

    /**
     * Takes one input. Whatever it throws is a finding: what the format's readers may refuse with is caught here.
     *
     * @param folder a folder that is there for it, and may hold what an earlier input left
     * @return whether the input was taken for sound
     */
    boolean accepts(byte[] input, Path folder) throws Exception;
}
