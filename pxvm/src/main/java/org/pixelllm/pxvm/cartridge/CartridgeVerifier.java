package org.pixelllm.pxvm.cartridge;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.PngFile;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.pxvm.weights.Pages;

/** Checks every byte of a cartridge: what opening one leaves out because it would take time. */
public final class CartridgeVerifier {

    private CartridgeVerifier() {}

    /**
     * Checks a cartridge in full.
     *
     * @return what was checked, one line each
     * @throws PxiException naming the first thing that is wrong
     */
    public static List<String> verify(Path path) throws PxiException {
        String file = path.toString();
        List<String> done = new ArrayList<>();
        try (Cartridge cartridge = Cartridge.open(path)) {
            if (cartridge.isMapped()) {
                done.add("PNG: %d chunks, correct to the last checksum, every row framed for mapping"
                        .formatted(checkPng(path, cartridge)));
            } else {
                done.add("PNG: re-encoded; decodes to the pixels below, cannot be mapped");
            }
            for (Section section : cartridge.header().sections()) {
                checkSection(cartridge, section, file);
                done.add("%s: %,d bytes with the stated SHA-256"
                        .formatted(section.kind().words(), section.bytes()));
            }
            byte[] digest =
                    Sha256.digest().digest(Header.table(cartridge.header().sections()));
            if (!Arrays.equals(digest, cartridge.header().digest())) {
                throw Header.altered(file, "cartridge header", "the SHA-256 of the section table");
            }
            cartridge.manifest();
            if (cartridge.hasTokenizer()) {
                cartridge.tokenizer();
            }
            FiniteWeights.require(cartridge);
            done.add("tensors: every value a finite number");
            done.add("program: valid, %d instructions"
                    .formatted(cartridge.program().instructions().size()));
        }
        return done;
    }

    private static void checkSection(Cartridge cartridge, Section section, String file) throws PxiException {
        MessageDigest sha = Sha256.digest();
        Pages pages = cartridge.pages();
        long page = section.firstPage();
        for (long left = section.bytes(); left > 0; left -= pages.payload()) {
            sha.update(pages.memory()
                    .asSlice(pages.offset(page++), Math.min(left, pages.payload()))
                    .asByteBuffer());
        }
        if (!Arrays.equals(sha.digest(), section.sha256())) {
            throw Header.altered(file, section.kind().words(), "the SHA-256 that the header states");
        }
    }

    private static int checkPng(Path path, Cartridge cartridge) throws PxiException {
        Pages pages = cartridge.pages();
        MemorySegment memory = pages.memory();
        String file = path.toString();
        PageRows rows = PageRows.locate(memory);
        if (rows == null) {
            throw Header.altered(file, "whole file", "a page-row PNG");
        }
        byte[] tail = new byte[3 * rows.width() - pages.payload()];
        for (long row = 0; row < rows.rows(); row++) {
            if (!PageRows.isFramed(pages, rows.width(), row, row == rows.rows() - 1)) {
                throw Header.altered(file, "row " + row, "the framing of a page row");
            }
            MemorySegment.copy(
                    memory, ValueLayout.JAVA_BYTE, pages.offset(row) + pages.payload(), tail, 0, tail.length);
            for (byte b : tail) {
                if (b != 0) {
                    throw Header.altered(file, "row " + row, "black pixels after the page's payload");
                }
            }
        }
        // The rest of the law, and every byte once more as any reader of pictures sees it.
        try (PngFile picture = PngFile.open(path, PngLimits.NONE, Long.MAX_VALUE)) {
            picture.png().check(PngLimits.NONE);
            return picture.png().chunkCount();
        }
    }
}
