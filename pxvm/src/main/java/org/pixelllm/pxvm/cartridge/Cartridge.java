package org.pixelllm.pxvm.cartridge;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.ChangedFileException;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.protocol.file.FileState;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.protocol.png.HeapSpace;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngReader;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.ProgramImage;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.tokenizer.Tokenizers;
import org.pixelllm.pxvm.weights.Pages;
import org.pixelllm.pxvm.weights.Weights;

/**
 * An open cartridge: program, weights, tokenizer. A file that is still as it was written is mapped, and its weights are
 * used in place; one that an image tool has compressed again is decoded into memory. Close it when nothing runs
 * on it any more.
 */
public final class Cartridge implements AutoCloseable {

    /** Tensor sections up to this size are checked whenever a cartridge is opened; larger ones by {@code verify}. */
    public static final long EAGER_CHECK_BYTES = 16L << 20;

    /** The largest file that is decoded instead of mapped. */
    public static final long MAX_DECODED_BYTES = Integer.MAX_VALUE - 8;

    /** How often a file that is replaced while it is opened is opened again. */
    private static final int ATTEMPTS = 10;

    private final Path path;
    private final FileState state;
    private final String file;
    private final Arena arena;
    private final Pages pages;
    private final boolean mapped;
    private final long fileBytes;
    private final Header header;
    private final Program program;
    private final Weights weights; // none of a cartridge that is open for conversion alone
    private @Nullable Manifest manifest;

    private Cartridge(Path path, FileState state, long fileBytes, Arena arena, Pages pages, long rows, boolean mapped)
            throws PxiException {
        this.path = path;
        this.state = state;
        this.file = path.toString();
        this.fileBytes = fileBytes;
        this.arena = arena;
        this.pages = pages;
        this.mapped = mapped;
        this.header = readHeader(pages, rows, file);
        this.program = readProgram();
        requireNamedIds(program, file);
        Section tensors = header.section(Section.Kind.TENSORS);
        this.weights = header.version() == Header.VERSION
                ? TensorIndex.read(bytes(Section.Kind.INDEX), program, pages, tensors, rows, file)
                : new Weights(Map.of());
        if (tensors.bytes() <= EAGER_CHECK_BYTES) {
            checkTensors();
        }
    }

    /**
     * Opens a cartridge.
     *
     * @throws PxiException naming the place in the file that is wrong
     */
    @SuppressWarnings("MustBeClosedChecker") // The caller closes it.
    @MustBeClosed
    public static Cartridge open(Path path) throws PxiException {
        Cartridge opened = openAny(path);
        int version = opened.header.version();
        if (version != Header.VERSION) {
            opened.close();
            throw Header.otherVersion(version, opened.file);
        }
        return opened;
    }

    /**
     * Opens a cartridge of this version or of an older one, which no executor runs: {@link #encodedWeights} reads either.
     *
     * @throws PxiException naming the place in the file that is wrong
     */
    @SuppressWarnings("MustBeClosedChecker") // The caller closes it.
    @MustBeClosed
    public static Cartridge openAny(Path path) throws PxiException {
        for (int attempt = 1; ; attempt++) {
            Cartridge opened = openOnce(path);
            FileState.Change change;
            try {
                change = opened.change();
            } catch (RuntimeException | Error e) {
                opened.close();
                throw e;
            }
            if (change == FileState.Change.NONE) {
                return opened;
            }
            opened.close();
            if (change == FileState.Change.OVERWRITTEN || attempt == ATTEMPTS) {
                throw new ChangedFileException(path.toString());
            }
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // The cartridge closes it.
    @MustBeClosed
    private static Cartridge openOnce(Path path) throws PxiException {
        PxiFiles.requireRegular(path);
        FileState before = FileState.of(path);
        Arena arena = Arena.ofShared();
        try {
            if (before == null) {
                throw PxiFiles.unreadable(path, new NoSuchFileException(path.toString()));
            }
            return open(path, before, arena);
        } catch (PxiException | InternalError e) {
            arena.close();
            requireWhole(path, before, e);
            throw e;
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** What is wrong with a file that changed while it was read is its change; a mapped one that was cut short faults. */
    private static void requireWhole(Path path, @Nullable FileState before, Throwable fault) {
        try {
            if (before != null && before.until(FileState.of(path)) == FileState.Change.OVERWRITTEN) {
                ChangedFileException e = new ChangedFileException(path.toString());
                e.initCause(fault);
                throw e;
            }
        } catch (UnreadableFileException e) {
            fault.addSuppressed(e);
        }
    }

    private static Cartridge open(Path path, FileState before, Arena arena) throws PxiException {
        String file = path.toString();
        MemorySegment bytes = map(path, arena);
        PageRows rows = PageRows.locate(bytes);
        if (rows != null) {
            return new Cartridge(path, before, bytes.byteSize(), arena, rows.pages(), rows.rows(), true);
        }
        if (bytes.byteSize() > MAX_DECODED_BYTES) {
            throw new InvalidContentException(new Fault(
                    file,
                    "whole file",
                    "a cartridge as Pixel-LLM wrote it, or a re-encoded one of at most " + MAX_DECODED_BYTES + " bytes",
                    bytes.byteSize() + " bytes that cannot be mapped",
                    "Fetch the original cartridge."));
        }
        DecodedPages decoded = DecodedPages.read(path, arena);
        return new Cartridge(path, before, bytes.byteSize(), arena, decoded.pages(), decoded.rows(), false);
    }

    private static MemorySegment map(Path path, Arena arena) throws PxiException {
        try (FileChannel channel = FileChannel.open(path)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException e) {
            throw PxiFiles.unreadable(path, e);
        }
    }

    private static Header readHeader(Pages pages, long rows, String file) throws PxiException {
        byte[] page = new byte[Math.max(Header.BYTES, pages.payload())];
        pages.copy(pages.offset(0), page, 0, pages.payload());
        return Header.read(page, rows, pages.payload(), file);
    }

    /** Checks that the images can name every id of a program. */
    static void requireNamedIds(Program program, String file) throws InvalidContentException {
        if (program.vocabulary() > PxiVersion.MAX_VOCABULARY) {
            throw new InvalidContentException(new Fault(
                    file,
                    "program, vocabulary",
                    "at most " + PxiVersion.MAX_VOCABULARY
                            + " token ids, whose heat map is no larger than an image may be",
                    String.valueOf(program.vocabulary()),
                    "Choose a model with a smaller vocabulary."));
        }
    }

    private Program readProgram() throws PxiException {
        byte[] code = bytes(Section.Kind.PROGRAM);
        int row = 3 * ProgramImage.WIDTH;
        if (code.length == 0 || code.length % row != 0) {
            throw Header.altered(file, "program section", "whole rows of " + row + " bytes");
        }
        return ProgramImage.read(new Pixels(ProgramImage.WIDTH, code.length / row, code), file + " (program)");
    }

    /** A section's bytes, checked. */
    private byte[] bytes(Section.Kind kind) throws PxiException {
        Section section = header.section(kind);
        if (section.bytes() > kind.mostBytes()) {
            throw new InvalidContentException(new Fault(
                    file,
                    kind.words(),
                    "at most " + kind.mostBytes() + " bytes",
                    section.bytes() + " bytes",
                    "Make the cartridge again."));
        }
        if (!HeapSpace.holds(section.bytes())) {
            throw new InvalidContentException(new Fault(
                    file,
                    kind.words(),
                    "bytes that fit in memory, of which " + HeapSpace.left() + " are left",
                    section.bytes() + " bytes",
                    HeapSpace.REMEDY));
        }
        byte[] bytes = new byte[(int) section.bytes()];
        int payload = pages.payload();
        for (int at = 0, page = 0; at < bytes.length; at += payload, page++) {
            long from = pages.offset(section.firstPage() + page);
            int count = Math.min(payload, bytes.length - at);
            pages.copy(from, bytes, at, count);
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        if ((int) crc.getValue() != section.crc32c()) {
            requireUnchanged(); // or that is why
            throw Header.altered(file, kind.words(), "the CRC-32C that the header states");
        }
        return bytes;
    }

    private void checkTensors() throws PxiException {
        Section section = header.section(Section.Kind.TENSORS);
        CRC32C crc = new CRC32C();
        byte[] bytes = new byte[pages.payload()];
        for (long page = section.firstPage(); page < header.pages(); page++) {
            pages.copy(pages.offset(page), bytes, 0, bytes.length);
            crc.update(bytes);
        }
        if ((int) crc.getValue() != section.crc32c()) {
            requireUnchanged(); // or that is why
            throw Header.altered(file, Section.Kind.TENSORS.words(), "the CRC-32C that the header states");
        }
    }

    /** The file's name as it was given. */
    public String file() {
        return file;
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** Size of the file. */
    public long fileBytes() {
        return fileBytes;
    }

    /** Whether the weights are used in place, in the file. */
    public boolean isMapped() {
        return mapped;
    }

    /** What has become of the file since it was opened. Weights that were decoded into memory cannot be overwritten. */
    public FileState.Change change() {
        FileState.Change change;
        try {
            change = state.until(FileState.of(path));
        } catch (UnreadableFileException e) {
            return FileState.Change.REPLACED; // no longer to be seen, so that what is open is another
        }
        return mapped || change == FileState.Change.NONE ? change : FileState.Change.REPLACED;
    }

    /**
     * Checks that what was read since the cartridge was opened is its content.
     *
     * @throws ChangedFileException where its file has been written over or cut short
     */
    public void requireUnchanged() {
        if (change() == FileState.Change.OVERWRITTEN) {
            throw new ChangedFileException(file);
        }
    }

    /** What the model computes. */
    public Program program() {
        return program;
    }

    /** What it computes with; usable until this is closed. */
    public Weights weights() {
        return weights;
    }

    /**
     * Every weight on its way into another cartridge, by its place in the program's tensor list; usable until this is closed.
     *
     * @throws PxiException where an older cartridge's index does not fit its program
     */
    public Map<Integer, EncodedWeight> encodedWeights() throws PxiException {
        if (header.version() == Header.ROWS_VERSION) {
            return RowsVersion.read(bytes(Section.Kind.INDEX), program, pages, header, file);
        }
        Map<Integer, EncodedWeight> encoded = new HashMap<>();
        weights.tensors().forEach((id, weight) -> encoded.put(id, EncodedWeight.copyOf(weight)));
        return encoded;
    }

    /** SHA-256 over the digests of all sections, in hexadecimal: the model's identity, however the PNG is encoded. */
    public String digest() {
        return header.digestHex();
    }

    /** SHA-256 of the program's pixels, in hexadecimal, as the header states it. */
    public String programDigest() {
        return HexFormat.of().formatHex(header.section(Section.Kind.PROGRAM).sha256());
    }

    /** Whether the cartridge carries a tokenizer. */
    public boolean hasTokenizer() {
        return header.section(Section.Kind.TOKENIZER).bytes() > 0;
    }

    /**
     * The tokenizer.
     *
     * @throws ModelMismatchException where the cartridge carries none
     */
    public Tokenizer tokenizer() throws PxiException {
        if (!hasTokenizer()) {
            throw new ModelMismatchException(new Fault(
                    file,
                    "tokenizer section",
                    "a tokenizer, to turn text into token ids",
                    "none",
                    "Give a token image instead of text."));
        }
        return Tokenizers.read(bytes(Section.Kind.TOKENIZER), file);
    }

    /** The cartridge's description of itself. */
    public synchronized Manifest manifest() throws PxiException {
        if (manifest == null) {
            manifest = Manifest.parse(new String(bytes(Section.Kind.MANIFEST), StandardCharsets.UTF_8), file);
        }
        return manifest;
    }

    Header header() {
        return header;
    }

    Pages pages() {
        return pages;
    }

    /**
     * Whether a file is a cartridge as it was written, found out without decoding it.
     *
     * @throws PxiException where the file cannot be read
     */
    public static boolean isMappable(Path path) throws PxiException {
        PxiFiles.requireRegular(path);
        try (Arena arena = Arena.ofConfined()) {
            PageRows rows = PageRows.locate(map(path, arena));
            if (rows == null || rows.pages().payload() < Header.BYTES) {
                return false;
            }
            byte[] start = new byte[Header.MAGIC.length];
            Pages pages = rows.pages();
            pages.copy(pages.offset(0), start, 0, start.length);
            return Header.matches(start);
        }
    }

    /**
     * Whether a picture may be a cartridge: its pixels begin as one's do, as far as it can be told by the first of them.
     *
     * @throws PxiException those pixels cannot be read
     */
    public static boolean mayBe(PngReader picture) throws PxiException {
        return picture.mayBeginWith(Header.MAGIC);
    }

    /** Gives the mapping back. Machines loaded from this cartridge must not run any more. */
    @Override
    public void close() {
        arena.close();
    }
}
