package org.pixelllm.pxvm.cartridge;

import org.pixelllm.pxvm.program.Limits;
import org.pixelllm.pxvm.program.ProgramImage;
import org.pixelllm.pxvm.tokenizer.Tokenizers;

/**
 * A part of a cartridge, as its header lists it.
 *
 * @param kind what it holds
 * @param firstPage the page it begins on
 * @param bytes its length
 * @param crc32c its CRC-32C, checked when a cartridge is opened
 * @param sha256 its SHA-256, checked by {@code verify}
 */
record Section(Kind kind, long firstPage, long bytes, int crc32c, byte[] sha256) {

    /** What a section holds. The code is written in the file. */
    enum Kind {
        MANIFEST(1),
        TOKENIZER(2),
        PROGRAM(3),
        INDEX(4),
        TENSORS(5);

        final int code;

        Kind(int code) {
            this.code = code;
        }

        /** The most bytes that such a section has. */
        long mostBytes() {
            return switch (this) {
                case MANIFEST -> Manifest.MAX_BYTES;
                case TOKENIZER -> Tokenizers.MAX_BYTES;
                case PROGRAM -> ProgramImage.MAX_BYTES;
                case INDEX -> (long) Limits.TENSORS * TensorIndex.ENTRY_BYTES;
                case TENSORS -> Long.MAX_VALUE;
            };
        }

        String words() {
            return switch (this) {
                case MANIFEST -> "manifest section";
                case TOKENIZER -> "tokenizer section";
                case PROGRAM -> "program section";
                case INDEX -> "tensor index";
                case TENSORS -> "tensor section";
            };
        }
    }
}
