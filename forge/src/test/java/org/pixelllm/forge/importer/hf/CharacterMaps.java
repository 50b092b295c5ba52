package org.pixelllm.forge.importer.hf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Lays out SentencePiece's table of replacements: a double array trie (Aoe, 1989), as Darts-clone has it, and texts. */
final class CharacterMaps {

    private static final int UNITS = 4096;
    private static final int LEAF = 1 << 31;

    private final int[] units = new int[UNITS];
    private final boolean[] used = new boolean[UNITS];

    private CharacterMaps() {
        used[0] = true;
    }

    static byte[] of(Map<String, String> pairs) {
        ByteArrayOutputStream texts = new ByteArrayOutputStream();
        Map<String, Integer> places = new TreeMap<>();
        pairs.forEach((key, text) -> {
            places.put(new String(key.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1), texts.size());
            texts.writeBytes((text + "\0").getBytes(StandardCharsets.UTF_8));
        });
        CharacterMaps maps = new CharacterMaps();
        maps.place(0, places);
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * UNITS + texts.size()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(4 * UNITS);
        Arrays.stream(maps.units).forEach(bytes::putInt);
        return bytes.put(texts.toByteArray()).array();
    }

    /** Places the children of a node; a key that ends here is a child without a label. */
    private void place(int node, Map<String, Integer> rest) {
        Map<Integer, Map<String, Integer>> children = new TreeMap<>();
        rest.forEach((key, value) -> children.computeIfAbsent(
                        key.isEmpty() ? 0 : (int) key.charAt(0), each -> new HashMap<>())
                .put(key.isEmpty() ? "" : key.substring(1), value));
        int offset = 1;
        while (!fits(node ^ offset, children)) {
            offset++;
        }
        units[node] |= offset << 10 | (children.containsKey(0) ? 1 << 8 : 0);
        int base = node ^ offset;
        children.keySet().forEach(label -> used[base ^ label] = true);
        children.forEach((label, keys) -> {
            if (label == 0) {
                units[base] = LEAF | keys.values().iterator().next();
            } else {
                units[base ^ label] = label;
                place(base ^ label, keys);
            }
        });
    }

    private boolean fits(int base, Map<Integer, ?> children) {
        return children.keySet().stream().noneMatch(label -> (base ^ label) >= UNITS || used[base ^ label]);
    }
}
