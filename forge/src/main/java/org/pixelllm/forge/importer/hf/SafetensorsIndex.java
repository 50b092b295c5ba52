package org.pixelllm.forge.importer.hf;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.pxvm.json.JsonText;

/**
 * Which shard of a model holds which tensor: {@code {"weight_map": {tensor: file}}}.
 *
 * @param file the index's name, for messages
 * @param names the tensors by shard
 */
record SafetensorsIndex(String file, Map<String, Set<String>> names) {

    private static final long MAX_BYTES = 1 << 24;
    private static final String REMEDY = "Fetch the index and all its files again, from one version.";
    private static final int MAX_SHARDS = 1000;

    private record Draft(@Nullable Map<String, @Nullable String> weight_map) {}

    static SafetensorsIndex read(Path path) throws PxiException {
        String file = path.toString();
        PxiFiles.requireRegular(path);
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw fault(file, "whole file", "at most " + MAX_BYTES + " bytes", Files.size(path) + " bytes");
            }
            Draft draft = JsonText.read(Files.readString(path), Draft.class, file, REMEDY);
            if (draft == null || draft.weight_map == null || draft.weight_map.isEmpty()) {
                throw fault(file, "weight_map", "the tensors' files", "none");
            }
            return of(file, draft.weight_map);
        } catch (PxiException e) {
            throw e;
        } catch (CharacterCodingException e) {
            throw fault(file, "whole file", "JSON in UTF-8", "other bytes");
        } catch (IOException e) {
            throw PxiFiles.unreadable(path, e);
        }
    }

    private static SafetensorsIndex of(String file, Map<String, @Nullable String> map) throws InvalidContentException {
        Map<String, Set<String>> names = new TreeMap<>();
        for (Map.Entry<String, @Nullable String> each : map.entrySet()) {
            String shard = each.getValue();
            // A name and no path: an index must not reach out of its folder.
            if (shard == null || !shard.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,200}\\.safetensors")) {
                throw fault(
                        file,
                        "weight_map, " + each.getKey(),
                        "the name of a file beside the index",
                        String.valueOf(shard));
            }
            names.computeIfAbsent(shard, none -> new HashSet<>()).add(each.getKey());
        }
        if (names.size() > MAX_SHARDS) {
            throw fault(file, "weight_map", "at most " + MAX_SHARDS + " files", names.size() + " files");
        }
        return new SafetensorsIndex(file, names);
    }

    Set<String> shards() {
        return names.keySet();
    }

    /** Checks that a shard holds the tensors that the index says it holds. */
    void requireSame(String shard, List<String> found) throws InvalidContentException {
        Set<String> wanted = names.getOrDefault(shard, Set.of());
        Set<String> missing = new TreeSet<>(wanted);
        found.forEach(missing::remove);
        if (!missing.isEmpty()) {
            throw fault(file, "weight_map, " + missing.iterator().next(), "it in " + shard, "no such tensor there");
        }
        for (String name : found) {
            if (!wanted.contains(name)) {
                throw fault(file, "weight_map", "every tensor of " + shard, "not " + name);
            }
        }
    }

    private static InvalidContentException fault(String file, String place, String expected, String found) {
        return new InvalidContentException(new Fault(file, place, expected, found, REMEDY));
    }
}
