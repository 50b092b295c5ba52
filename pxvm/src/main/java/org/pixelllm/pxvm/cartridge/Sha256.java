package org.pixelllm.pxvm.cartridge;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 without the checked exception: every Java has it. */
public final class Sha256 {

    private Sha256() {}

    /** A digest that takes bytes piece by piece. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The digest of these bytes. // [32] */
    public static byte[] of(byte[] bytes) {
        return digest().digest(bytes);
    }
}
