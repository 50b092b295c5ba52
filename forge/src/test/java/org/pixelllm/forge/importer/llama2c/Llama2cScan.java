package org.pixelllm.forge.importer.llama2c;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The encoder of llama2.c's run.c, line by line: slow and plain. */
public final class Llama2cScan {

    private final List<String> pieces = new ArrayList<>();
    private final List<Float> scores = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();

    public static Llama2cScan read(Path file, int vocabulary) throws IOException {
        Llama2cScan scan = new Llama2cScan();
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        in.getInt();
        for (int id = 0; id < vocabulary; id++) {
            scan.scores.add(in.getFloat());
            byte[] piece = new byte[in.getInt()];
            in.get(piece);
            scan.pieces.add(new String(piece, StandardCharsets.UTF_8));
            scan.ids.put(scan.pieces.get(id), id);
        }
        return scan;
    }

    public List<String> pieces() {
        return pieces;
    }

    public List<Float> scores() {
        return scores;
    }

    int[] encode(String text) {
        List<Integer> tokens = new ArrayList<>(List.of(1));
        if (!text.isEmpty()) {
            tokens.add(ids.getOrDefault(" ", -1));
        }
        text.codePoints().forEach(codePoint -> {
            String character = Character.toString(codePoint);
            if (ids.containsKey(character)) {
                tokens.add(ids.getOrDefault(character, -1));
            } else {
                for (byte each : character.getBytes(StandardCharsets.UTF_8)) {
                    tokens.add(Byte.toUnsignedInt(each) + 3);
                }
            }
        });
        while (true) {
            float bestScore = -1e10f;
            int best = -1;
            int merged = -1;
            for (int i = 0; i + 1 < tokens.size(); i++) {
                int id = ids.getOrDefault(pieces.get(tokens.get(i)) + pieces.get(tokens.get(i + 1)), -1);
                if (id != -1 && scores.get(id) > bestScore) {
                    bestScore = scores.get(id);
                    best = i;
                    merged = id;
                }
            }
            if (best == -1) {
                return tokens.stream().mapToInt(Integer::intValue).toArray();
            }
            tokens.set(best, merged);
            tokens.remove(/* index */ best + 1);
        }
    }
}
