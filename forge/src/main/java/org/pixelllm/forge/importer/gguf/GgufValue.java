package org.pixelllm.forge.importer.gguf;

import java.util.List;

/** A metadata value of a GGUF file. All widths of whole numbers are one kind, and so are both of floats. */
sealed interface GgufValue {

    /** For messages: what kind of value this is. */
    String words();

    record Whole(long value) implements GgufValue {
        @Override
        public String words() {
            return "the whole number " + value;
        }
    }

    record Real(double value) implements GgufValue {
        @Override
        public String words() {
            return "the number " + value;
        }
    }

    record Flag(boolean value) implements GgufValue {
        @Override
        public String words() {
            return "the flag " + value;
        }
    }

    record Text(String value) implements GgufValue {
        @Override
        public String words() {
            return "a text of " + value.length() + " characters";
        }
    }

    record Wholes(long[] values) implements GgufValue {
        @Override
        public String words() {
            return values.length + " whole numbers";
        }
    }

    record Reals(double[] values) implements GgufValue {
        @Override
        public String words() {
            return values.length + " numbers";
        }
    }

    record Flags(boolean[] values) implements GgufValue {
        @Override
        public String words() {
            return values.length + " flags";
        }
    }

    record Texts(List<String> values) implements GgufValue {

        public Texts {
            values = List.copyOf(values);
        }

        @Override
        public String words() {
            return values.size() + " texts";
        }
    }
}
