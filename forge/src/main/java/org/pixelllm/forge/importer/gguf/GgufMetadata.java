package org.pixelllm.forge.importer.gguf;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException.Fault;

/** A GGUF file's metadata, asked for by key and kind. It remembers what it was asked for. */
final class GgufMetadata {

    private final String file;
    private final Map<String, GgufValue> values;
    private final Set<String> asked = new HashSet<>();

    /**
     * What a file states.
     *
     * @param file the file's name, for messages
     * @param values every key of the file, in its order
     */
    GgufMetadata(String file, Map<String, GgufValue> values) {
        this.file = file;
        this.values = values;
    }

    String file() {
        return file;
    }

    private @Nullable GgufValue value(String key) {
        asked.add(key);
        return values.get(key);
    }

    /** The keys that begin so and that nobody has asked for, in the file's order. */
    List<String> leftOver(String prefix) {
        return values.keySet().stream()
                .filter(key -> key.startsWith(prefix) && !asked.contains(key))
                .toList();
    }

    boolean has(String key) {
        return value(key) != null;
    }

    /** A value of any kind that must be there. */
    GgufValue any(String key) throws InvalidContentException {
        GgufValue value = value(key);
        if (value == null) {
            throw fault(key, "a value");
        }
        return value;
    }

    /** A whole number that must be there, within bounds. */
    int whole(String key, int least, int most) throws InvalidContentException {
        String expected = "a whole number from " + least + " to " + most;
        if (value(key) instanceof GgufValue.Whole whole && whole.value() >= least && whole.value() <= most) {
            return (int) whole.value();
        }
        throw fault(key, expected);
    }

    /** A whole number within bounds; a default where the key is absent. */
    int whole(String key, int least, int most, int otherwise) throws InvalidContentException {
        return has(key) ? whole(key, least, most) : otherwise;
    }

    /** A finite number that must be there. */
    double real(String key) throws InvalidContentException {
        if (value(key) instanceof GgufValue.Real real && Double.isFinite(real.value())) {
            return real.value();
        }
        throw fault(key, "a finite number");
    }

    /** A finite number; a default where the key is absent. */
    double real(String key, double otherwise) throws InvalidContentException {
        return has(key) ? real(key) : otherwise;
    }

    /** A flag; a default where the key is absent. */
    boolean flag(String key, boolean otherwise) throws InvalidContentException {
        GgufValue value = value(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof GgufValue.Flag flag) {
            return flag.value();
        }
        throw fault(key, "a flag");
    }

    /** A text that must be there. */
    String text(String key) throws InvalidContentException {
        if (value(key) instanceof GgufValue.Text text) {
            return text.value();
        }
        throw fault(key, "a text");
    }

    /** A text; a default where the key is absent. */
    String text(String key, String otherwise) throws InvalidContentException {
        return has(key) ? text(key) : otherwise;
    }

    /** A list of texts that must be there. */
    List<String> texts(String key) throws InvalidContentException {
        if (value(key) instanceof GgufValue.Texts texts) {
            return texts.values();
        }
        throw fault(key, "a list of texts");
    }

    /** A list of whole numbers that must be there. */
    long[] wholes(String key) throws InvalidContentException {
        if (value(key) instanceof GgufValue.Wholes wholes) {
            return wholes.values();
        }
        throw fault(key, "a list of whole numbers");
    }

    /** A list of numbers that must be there. */
    double[] reals(String key) throws InvalidContentException {
        if (value(key) instanceof GgufValue.Reals reals) {
            return reals.values();
        }
        throw fault(key, "a list of numbers");
    }

    /** That a key has not the value it must have. */
    InvalidContentException fault(String key, String expected) {
        @Nullable GgufValue value = value(key);
        return fault(key, expected, value == null ? "no such key" : value.words());
    }

    InvalidContentException fault(String key, String expected, String found) {
        return new InvalidContentException(new Fault(
                file,
                "metadata " + key,
                expected,
                found,
                "The file is damaged, or of a kind that cannot be imported."));
    }
}
