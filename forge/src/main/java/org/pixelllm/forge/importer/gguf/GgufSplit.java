package org.pixelllm.forge.importer.gguf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;

/**
 * A model that llama.cpp's {@code gguf-split} has cut into several files, {@code NAME-00001-of-0000N.gguf}: the first has
 * the metadata, each has tensors.
 *
 * @param first the first file
 * @param others the rest, in order; empty for a model of one file
 * @param tensors how many tensors all files have together; negative where the first does not say
 */
record GgufSplit(Path first, List<Path> others, int tensors) {

    private static final String NUMBER = "split.no";
    private static final String COUNT = "split.count";
    private static final String TENSORS = "split.tensors.count";
    private static final int MAX_FILES = 1000;
    private static final Pattern NAME = Pattern.compile("(.*)-([0-9]{5})-of-([0-9]{5})\\.gguf");

    /** What a file's metadata says of others. */
    static GgufSplit of(Path file, GgufMetadata metadata) throws PxiException {
        int count = metadata.whole(COUNT, 0, MAX_FILES, 0);
        if (count <= 1) {
            return new GgufSplit(file, List.of(), -1);
        }
        int number = metadata.whole(NUMBER, 0, count - 1, 0);
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        boolean named = name.matches() && Integer.parseInt(name.group(3)) == count;
        if (number != 0) {
            String hint = named ? " Name " + part(name.group(1), 1, count) + " instead." : "";
            throw fault(
                    file,
                    "metadata " + NUMBER,
                    "the first of " + count + " files, number 0",
                    "number " + number,
                    "A split model is imported by its first file." + hint);
        }
        if (!named || Integer.parseInt(name.group(2)) != 1) {
            throw fault(
                    file,
                    "file name",
                    "NAME-00001-of-%05d.gguf, as its %d files are found by".formatted(count, count),
                    String.valueOf(file.getFileName()),
                    "Give all files the names that they were published with.");
        }
        List<Path> others = new ArrayList<>();
        for (int i = 2; i <= count; i++) {
            others.add(file.resolveSibling(part(name.group(1), i, count)));
        }
        return new GgufSplit(file, others, metadata.whole(TENSORS, 0, Integer.MAX_VALUE, -1));
    }

    private static String part(String name, int number, int count) {
        return "%s-%05d-of-%05d.gguf".formatted(name, number, count);
    }

    /** Checks that a file is the part that its name says. */
    void requirePart(Path other, GgufMetadata metadata) throws PxiException {
        int wanted = others.indexOf(other) + 1;
        int number = metadata.whole(NUMBER, 0, MAX_FILES, -1);
        int count = metadata.whole(COUNT, 0, MAX_FILES, -1);
        if (number != wanted || count != others.size() + 1) {
            throw fault(
                    other,
                    "metadata " + NUMBER,
                    "number " + wanted + " of " + (others.size() + 1) + " files",
                    "number " + number + " of " + count,
                    "Fetch all files again, from one version.");
        }
    }

    /** Checks that no tensor is missing. */
    void requireAll(int found) throws PxiException {
        if (tensors >= 0 && found != tensors) {
            throw fault(
                    first,
                    "metadata " + TENSORS,
                    tensors + " tensors in all files together",
                    found + " tensors",
                    "Fetch all files again, from one version.");
        }
    }

    private static InvalidContentException fault(
            Path file, String place, String expected, String found, String remedy) {
        return new InvalidContentException(new Fault(file.toString(), place, expected, found, remedy));
    }
}
