package org.pixelllm.protocol.png;

import java.util.Arrays;

/** Writes a picture in any legal PNG encoding: a second, slow reading of the PNG document to test the first against. */
public final class PngVariants {

    private final int colour;
    private final int depth;
    private final boolean interlaced;
    private final int filter; // 0 to 4, or -1 for each in turn
    private int row;
    private byte[] rows = new byte[0];

    public PngVariants(int colour, int depth, boolean interlaced, int filter) {
        this.colour = colour;
        this.depth = depth;
        this.interlaced = interlaced;
        this.filter = filter;
    }

    /**
     * A file whose sample {@code c} at x, y is {@code samples[y][x][c]}, in IDAT chunks of at most {@code part} bytes.
     */
    public byte[] encode(int[][][] samples, int part, PngBuilder extra) {
        int height = samples.length;
        int width = samples[0].length;
        if (interlaced) {
            // the pattern of the PNG document, by pass number of each pixel in a tile of 8 x 8
            String[] tile = {
                "16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777"
            };
            for (char pass = '1'; pass <= '7'; pass++) {
                addPass(samples, tile, pass);
            }
        } else {
            addPass(samples, new String[] {"1"}, '1');
        }
        PngBuilder out = PngBuilder.png().header(width, height, depth, colour, 0, 0, interlaced ? 1 : 0);
        byte[] before = extra.toBytes();
        for (byte b : before) {
            out.raw(b);
        }
        byte[] data = PngBuilder.zlib(rows);
        out.chunk("IDAT", new byte[0]);
        for (int at = 0; at < data.length; at += part) {
            out.chunk("IDAT", Arrays.copyOfRange(data, at, Math.min(data.length, at + part)));
        }
        return out.chunk("IDAT", new byte[0]).end();
    }

    private void addPass(int[][][] samples, String[] tile, char pass) {
        byte[] above = new byte[0];
        for (int y = 0; y < samples.length; y++) {
            StringBuilder bits = new StringBuilder();
            for (int x = 0; x < samples[y].length; x++) {
                String line = tile[y % tile.length];
                if (line.charAt(x % line.length()) == pass) {
                    for (int sample : samples[y][x]) {
                        String digits = Integer.toBinaryString(sample);
                        bits.append("0".repeat(depth - digits.length())).append(digits);
                    }
                }
            }
            if (!bits.isEmpty()) {
                above = addRow(pack(bits), above, samples[y][0].length);
            }
        }
    }

    private static byte[] pack(StringBuilder bits) {
        while (bits.length() % 8 != 0) {
            bits.append('1'); // padding that a reader must not take for a pixel
        }
        byte[] bytes = new byte[bits.length() / 8];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(bits.substring(8 * i, 8 * i + 8), 2);
        }
        return bytes;
    }

    private byte[] addRow(byte[] line, byte[] above, int channels) {
        int distance = Math.max(1, channels * depth / 8);
        int kind = filter >= 0 ? filter : row % 5;
        row++;
        int start = rows.length;
        rows = Arrays.copyOf(rows, start + 1 + line.length);
        rows[start] = (byte) kind;
        for (int i = 0; i < line.length; i++) {
            int a = i < distance ? 0 : line[i - distance] & 0xFF;
            int b = above.length == 0 ? 0 : above[i] & 0xFF;
            int c = i < distance || above.length == 0 ? 0 : above[i - distance] & 0xFF;
            rows[start + 1 + i] = (byte) (line[i] - predictor(kind, a, b, c));
        }
        return line;
    }

    private static int predictor(int kind, int a, int b, int c) {
        return switch (kind) {
            case 1 -> a;
            case 2 -> b;
            case 3 -> (a + b) / 2;
            case 4 -> {
                int p = a + b - c;
                int pa = Math.abs(p - a);
                int pb = Math.abs(p - b);
                int pc = Math.abs(p - c);
                yield pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
            }
            default -> 0;
        };
    }
}
