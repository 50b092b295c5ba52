package org.pixelllm.forge.importer.gguf;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException.Fault;

/**
 * A GGUF file's metadata, asked for by key and kind.
 *
 * @param file the file's name, for messages
 * @param values every key of the file, in its order
 */
record GgufMetadata(String file, Map<String, GgufValue> values) {

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** A whole number that must be there, within bounds. */
    int whole(String key, int least, int most) throws InvalidContentException {
        String expected = "a whole number from " + least + " to " + most;
        if (values.get(key) instanceof GgufValue.Whole whole && whole.value() >= least && whole.value() <= most) {
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
        if (values.get(key) instanceof GgufValue.Real real && Double.isFinite(real.value())) {
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
        GgufValue value = values.get(key);
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
        if (values.get(key) instanceof GgufValue.Text text) {
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
        if (values.get(key) instanceof GgufValue.Texts texts) {
            return texts.values();
        }
        throw fault(key, "a list of texts");
    }

    /** A list of whole numbers that must be there. */
    long[] wholes(String key) throws InvalidContentException {
        if (values.get(key) instanceof GgufValue.Wholes wholes) {
            return wholes.values();
        }
        throw fault(key, "a list of whole numbers");
    }

    /** A list of numbers that must be there. */
    double[] reals(String key) throws InvalidContentException {
        if (values.get(key) instanceof GgufValue.Reals reals) {
            return reals.values();
        }
        throw fault(key, "a list of numbers");
    }

    /** That a key has not the value it must have. */
    InvalidContentException fault(String key, String expected) {
        @Nullable GgufValue value = values.get(key);
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
