package org.pixelllm.forge.importer.hf;

import static org.pixelllm.forge.importer.hf.TokenizerJson.flag;
import static org.pixelllm.forge.importer.hf.TokenizerJson.shown;
import static org.pixelllm.forge.importer.hf.TokenizerJson.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.tokenizer.PieceType;
import org.pixelllm.pxvm.tokenizer.Preparation.Habit;

/**
 * The tokens of a {@code tokenizer.json} by id; ids that the file leaves out are unused.
 *
 * @param tokens each token's text // [ids]
 * @param types each token's type, as its code // [ids]
 * @param habits how added tokens are found, by id, where they have any
 */
record TokenizerPieces(String[] tokens, int[] types, SortedMap<Integer, Integer> habits) {

    /**
     * Puts vocabulary and added tokens together.
     *
     * @param fallback whether tokens such as {@code <0x0A>} are bytes
     */
    static TokenizerPieces of(TokenizerJson json, boolean fallback) throws PxiException {
        return new Collector(json).pieces(fallback);
    }

    /** Tokens on their way into the table. */
    private static final class Collector {

        private final TokenizerJson json;
        private final Map<Integer, String> byId = new HashMap<>();
        private final Map<Integer, PieceType> added = new HashMap<>();
        private final SortedMap<Integer, Integer> habits = new TreeMap<>();
        private int normalized;

        Collector(TokenizerJson json) {
            this.json = json;
        }

        private TokenizerPieces pieces(boolean fallback) throws PxiException {
            for (Map.Entry<String, Integer> entry : json.vocabulary.entrySet()) {
                put(entry.getValue(), entry.getKey());
            }
            for (JsonElement each : json.array(TokenizerJson.ADDED)) {
                addAdded(each);
            }
            int last = byId.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1);
            String[] tokens = new String[last + 1];
            Arrays.fill(tokens, "");
            int[] types = new int[last + 1];
            for (int id = 0; id <= last; id++) {
                String token = byId.get(id);
                PieceType type = PieceType.UNUSED;
                if (token != null) {
                    boolean isByte = fallback && token.matches("<0x[0-9A-F]{2}>");
                    type = added.getOrDefault(id, isByte ? PieceType.BYTE : PieceType.NORMAL);
                    tokens[id] = token;
                }
                types[id] = type.code();
            }
            if (!json.hasNormalizer() && normalized == added.size()) {
                habits.replaceAll(
                        (id, bits) -> bits & ~Habit.NORMALIZED.bit()); // all alike, and nothing is done before
                habits.values().removeIf(bits -> bits == 0);
            }
            if (json.hasNormalizer() && NormalizerSteps.of(json).marksSpaces()) {
                int takes = Habit.LEFT.bit() | Habit.RIGHT.bit();
                habits.replaceAll((id, bits) -> (bits & Habit.NORMALIZED.bit()) != 0 && (bits & takes) != 0
                        ? bits | Habit.NO_SPACES.bit()
                        : bits);
            }
            return new TokenizerPieces(tokens, types, habits);
        }

        private void addAdded(JsonElement each) throws PxiException {
            if (!(each instanceof JsonObject token) || text(token, "content") == null || !token.has("id")) {
                throw json.fault("added_tokens", "objects with id and content", shown(each));
            }
            int id = json.id(token.get("id"), "added_tokens");
            String content = String.valueOf(text(token, "content"));
            Integer known = json.vocabulary.get(content);
            if (known != null && known != id) {
                throw json.fault("added_tokens, " + content, "id " + known + " as in the vocabulary", "id " + id);
            }
            if (known == null || added.containsKey(id)) {
                put(id, content);
            }
            int bits = bit(token, "lstrip", Habit.LEFT)
                    | bit(token, "rstrip", Habit.RIGHT)
                    | bit(token, "single_word", Habit.SINGLE_WORD)
                    | bit(token, "normalized", Habit.NORMALIZED);
            normalized += flag(token, "normalized") ? 1 : 0;
            if (bits != 0) {
                habits.put(id, bits);
            }
            added.put(id, flag(token, "special") ? PieceType.CONTROL : PieceType.USER_DEFINED);
        }

        private static int bit(JsonObject token, String key, Habit habit) {
            return flag(token, key) ? habit.bit() : 0;
        }

        private void put(int id, String token) throws PxiException {
            if (id < 0 || id > TokenizerJson.MAX_ID) {
                throw json.fault(
                        "token \"" + token + "\"", "an id from 0 to " + TokenizerJson.MAX_ID, String.valueOf(id));
            }
            String other = byId.putIfAbsent(id, token);
            if (other != null) {
                throw json.fault("token \"" + token + "\"", "an id of its own", "that of \"" + other + "\"");
            }
        }
    }
}
