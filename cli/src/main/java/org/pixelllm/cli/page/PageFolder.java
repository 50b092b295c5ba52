package org.pixelllm.cli.page;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The page's files, as its folder has them. */
public final class PageFolder {

    private final Map<String, byte[]> files = new HashMap<>();

    /** Reads them. */
    public PageFolder() {
        PageSources sources = new PageSources();
        names(sources).forEach(name -> files.put(name, sources.text(name).getBytes(StandardCharsets.UTF_8)));
    }

    /** Their names: paths in the folder. */
    static Set<String> names(PageSources sources) {
        Set<String> names = new LinkedHashSet<>(List.of(PageSources.INDEX, PageSources.STYLE));
        names.addAll(sources.modules(PageSources.APP));
        names.addAll(sources.modules(PageSources.WORKER));
        return names;
    }

    /** A file by its name, not to be changed; null where there is none. */
    public byte @Nullable [] file(String name) {
        return files.get(name);
    }
}
