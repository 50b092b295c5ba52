package org.pixelllm.protocol.png;

import java.nio.ByteBuffer;

/** Guesses from the first bytes what a file is that is not a PNG. Used only to word a message. */
final class FileGuess {

    static final int BYTES = 512;

    private static final String LFS = "version https://git-lfs";

    /** First bytes, as Latin-1, and what begins with them. */
    private static final String[][] BEGINNINGS = {
        {"\u00FF\u00D8\u00FF", "a JPEG image"},
        {"GIF8", "a GIF image"},
        {"BM", "a BMP image"},
        {"II*\0", "a TIFF image"},
        {"MM\0*", "a TIFF image"},
        {"\u008BJNG", "a JNG image"},
        {"\u008AMNG", "an MNG animation"},
        {"qoif", "a QOI image"},
        {"\0\0\u0001\0", "an icon (ICO)"},
        {"GGUF", "a GGUF model"},
        {"PK\u0003\u0004", "a ZIP archive (a PyTorch or NumPy file is one too)"},
        {"PK\u0005\u0006", "an empty ZIP archive"},
        {"\u001F\u008B", "gzip data"},
        {"(\u00B5/\u00FD", "zstd data"},
        {"\u00FD7zXZ", "xz data"},
        {"BZh", "bzip2 data"},
        {"7z\u00BC\u00AF", "a 7z archive"},
        {"%PDF", "a PDF document"},
        {"\u0093NUMPY", "a NumPy array"},
        {"\u007FELF", "a program (ELF)"},
        {"\u00CA\u00FE\u00BA\u00BE", "a Java class"},
        {"SQLite format 3", "an SQLite database"},
        {LFS, "a git-LFS pointer: the file itself was not fetched"},
    };

    private FileGuess() {}

    /** Says what the bytes look like, such as {@code an HTML page}. */
    static String describe(ByteBuffer in) {
        String head = head(in);
        if (head.isEmpty()) {
            return "an empty file";
        }
        if (isDamagedPng(head)) {
            return "a PNG damaged by a text-mode transfer (line ends or high bits were changed)";
        }
        for (String[] beginning : BEGINNINGS) {
            if (head.startsWith(beginning[0])) {
                return beginning[1];
            }
        }
        if (head.startsWith("RIFF")) {
            return head.startsWith("WEBP", 8) ? "a WebP image" : "a RIFF file";
        }
        if (head.startsWith("ftyp", 4)) {
            return head.startsWith("avi", 8) ? "an AVIF image" : "an HEIF image or MP4 video";
        }
        if (head.startsWith("{", 8) && in.limit() >= 10 && in.get(7) == 0 && in.get(6) == 0 && in.get(5) == 0) {
            return "a safetensors model";
        }
        return isText(head) ? text(head) : binary(head);
    }

    /** Says what to do about it. */
    static String remedy(ByteBuffer in) {
        String head = head(in);
        if (head.startsWith(LFS)) {
            return "Run `git lfs pull` to fetch the file itself.";
        }
        if (isDamagedPng(head)) {
            return "Copy it again in binary mode.";
        }
        return "Give a .pxi file, which is a PNG image.";
    }

    private static String head(ByteBuffer in) {
        int length = Math.min(in.limit(), BYTES);
        StringBuilder head = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            head.append((char) (in.get(i) & 0xFF));
        }
        return head.toString();
    }

    /** "PNG" a byte or a few from the start, where one of the bytes around it was rewritten. */
    private static boolean isDamagedPng(String head) {
        int name = head.indexOf("PNG");
        return name >= 1 && name <= 3 && head.charAt(0) != 'P' && (head.charAt(0) >= 0x80 || head.charAt(0) == 0x09);
    }

    private static boolean isText(String head) {
        for (int i = 0; i < head.length(); i++) {
            char c = head.charAt(i);
            if (c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f') {
                return false;
            }
        }
        return true;
    }

    private static String text(String head) {
        int start = head.startsWith("\u00EF\u00BB\u00BF") ? 3 : 0;
        while (start < head.length() && head.charAt(start) <= ' ') {
            start++;
        }
        if (start == head.length()) {
            return "blank text";
        }
        if (begins(head, start, "<!doctype html") || begins(head, start, "<html") || begins(head, start, "<head")) {
            return "an HTML page";
        }
        return switch (head.charAt(start)) {
            case '<' -> head.contains("<svg") ? "an SVG drawing (XML)" : "an XML or HTML document";
            case '{', '[' -> "JSON text";
            default -> "text";
        };
    }

    private static boolean begins(String head, int start, String word) {
        return head.regionMatches(true, start, word, 0, word.length());
    }

    private static String binary(String head) {
        StringBuilder found = new StringBuilder("unknown data that begins");
        for (int i = 0; i < Math.min(8, head.length()); i++) {
            found.append(head.charAt(i) < 16 ? " 0" : " ").append(Integer.toHexString(head.charAt(i)));
        }
        return found.toString();
    }
}
