package org.pixelllm.protocol.png;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;

/**
 * The zlib stream that runs through the IDAT chunks. It inflates what is asked for and never more than one byte
 * beyond, whatever the stream would expand to.
 */
final class PngImageData implements AutoCloseable {

    private final PngBytes in;
    private final PngFaults faults;
    private final Inflater inflater = new Inflater();
    private long chunk;
    private long nextChunk;
    private long at; // what the inflater gets next
    private long left; // bytes of this chunk that it has not had
    private long produced;

    /** Begins at the IDAT chunk at {@code first}; the chunks from there on are known to be sound. */
    PngImageData(PngBytes in, long first, PngFaults faults) {
        this.in = in;
        this.faults = faults;
        this.chunk = first;
        this.nextChunk = first;
    }

    /** Fills {@code to[offset .. offset + length)}. */
    void read(byte[] to, int offset, int length) throws PxiException {
        int done = 0;
        while (done < length) {
            int n = inflate(to, offset + done, length - done);
            if (n == 0 && inflater.finished()) {
                throw faults.truncated(
                        place(), "more rows of the picture", "the end of its data after " + produced + " bytes");
            }
            done += n;
            produced += n;
        }
    }

    /** Checks that the stream ends here, that its checksum is right, and that no byte follows it. */
    void finish() throws PxiException {
        byte[] beyond = new byte[1];
        while (!inflater.finished()) {
            if (inflate(beyond, 0, 1) > 0) {
                throw faults.invalid(
                        place(),
                        "the end of the picture's data after " + produced + " bytes",
                        "more data than the picture has room for",
                        PngFaults.SAVE_AGAIN);
            }
        }
        if (inflater.getRemaining() > 0 || advance()) {
            throw faults.invalid(
                    place(), "nothing after the end of the zlib stream", "bytes left over", PngFaults.SAVE_AGAIN);
        }
    }

    private int inflate(byte[] to, int offset, int length) throws PxiException {
        try {
            int n = inflater.inflate(to, offset, length);
            if (n > 0 || inflater.finished()) {
                return n;
            }
        } catch (DataFormatException e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
        if (inflater.needsDictionary()) {
            throw damaged("a preset dictionary");
        }
        if (!advance()) {
            throw faults.truncated(
                    place(),
                    "more compressed data",
                    "the last IDAT chunk's end after " + produced + " bytes of picture");
        }
        return 0;
    }

    private InvalidContentException damaged(String why) {
        // zlib's own words for the Adler-32 at the end of the stream
        boolean checksum = "incorrect data check".equals(why);
        return faults.invalid(
                place(),
                checksum ? "the checksum (Adler-32) of the picture's data" : "a sound zlib stream",
                checksum ? "another checksum" : why,
                PngFaults.COPY_AGAIN);
    }

    /** Gives the inflater what comes next in this IDAT chunk, or in the next one that holds a byte; false after the last. */
    private boolean advance() throws PxiException {
        while (left == 0 && in.getInt(nextChunk + 4) == PngChunks.IDAT) {
            chunk = nextChunk;
            left = in.getInt(chunk);
            at = chunk + 8;
            nextChunk = at + left + 4;
        }
        int count = (int) Math.min(left, in.most());
        if (count > 0) {
            inflater.setInput(in.part(at, count));
            at += count;
            left -= count;
        }
        return count > 0;
    }

    /** The chunk that is being inflated, for messages. */
    String place() {
        return PngFaults.chunk(PngChunks.IDAT, chunk);
    }

    @Override
    public void close() {
        inflater.end();
    }
}
