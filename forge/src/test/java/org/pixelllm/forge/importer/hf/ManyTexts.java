package org.pixelllm.forge.importer.hf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.pixelllm.forge.importer.Samples;

/** Texts of many scripts: of the corpus, of translations that the system has, and seeded code points of every script. */
final class ManyTexts {

    private static final Path CORPUS = Path.of(System.getProperty("pixelllm.root"), "../shared/reference/corpus");
    private static final Path TRANSLATIONS = Path.of("/usr/share/locale");
    private static final int MAX_TRANSLATION = 400;
    private static final int MAX_FILES = 300;
    private static final String[] MARKS = {
        " ",
        "  ",
        "\n",
        "\r\n",
        " \n\n ",
        "\t",
        "'s",
        "'S",
        "'ſ",
        "'LL",
        "'re",
        "1",
        "12",
        "345",
        "6789",
        "٣",
        "½",
        ".",
        "...",
        "!?",
        "()",
        "/",
        "/\n",
        "_",
        "-",
        "—",
        "«",
        "▁",
        "\u00A0",
        "\u200D",
        "\u0301",
        "🙂",
        "👩\u200D🚀",
        "<|end|>",
        "<s>",
        " <s> "
    };

    private ManyTexts() {}

    /** This many texts, always the same on one machine. */
    static List<String> of(int count) throws IOException {
        List<String> texts = new ArrayList<>(Samples.oddTexts());
        Random random = new Random(18);
        List<String> found = new ArrayList<>();
        for (String name : new String[] {"stories-valid.txt", "books-valid.txt"}) {
            if (Files.exists(CORPUS.resolve(name))) {
                found.addAll(Files.readAllLines(CORPUS.resolve(name)).subList(0, 2_000));
            }
        }
        found.addAll(translations(random));
        Collections.shuffle(found, random);
        texts.addAll(found.subList(0, Math.min(found.size(), count / 2)));
        List<int[]> scripts = scripts();
        while (texts.size() < count) {
            texts.add(seeded(random, scripts));
        }
        return texts.subList(0, count);
    }

    /** Translations, of every language some. */
    static List<String> translations(Random random) throws IOException {
        if (!Files.exists(TRANSLATIONS)) {
            return List.of();
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(TRANSLATIONS, 3)) {
            files = new ArrayList<>(
                    all.filter(each -> each.toString().endsWith(".mo")).sorted().toList());
        }
        Collections.shuffle(files, random);
        List<String> texts = new ArrayList<>();
        for (Path file : files.subList(0, Math.min(MAX_FILES, files.size()))) {
            List<String> strings = strings(Files.readAllBytes(file));
            Collections.shuffle(strings, random);
            texts.addAll(strings.subList(0, Math.min(60, strings.size())));
        }
        return texts;
    }

    /** The texts in a compiled catalogue, which has a NUL after each. */
    private static List<String> strings(byte[] bytes) {
        List<String> strings = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                if (i - from > 20 && i - from < MAX_TRANSLATION) {
                    try {
                        strings.add(StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(bytes, from, i - from))
                                .toString());
                    } catch (CharacterCodingException e) {
                        // of another encoding
                    }
                }
                from = i + 1;
            }
        }
        return strings;
    }

    /** The code points of each script. */
    private static List<int[]> scripts() {
        List<List<Integer>> all = new ArrayList<>();
        for (int i = 0; i < Character.UnicodeScript.values().length; i++) {
            all.add(new ArrayList<>());
        }
        for (int each = 1; each <= Character.MAX_CODE_POINT; each++) {
            int type = Character.getType(each);
            if (type != Character.UNASSIGNED && type != Character.SURROGATE && type != Character.PRIVATE_USE) {
                all.get(Character.UnicodeScript.of(each).ordinal()).add(each);
            }
        }
        return all.stream()
                .filter(each -> !each.isEmpty())
                .map(each -> each.stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }

    private static String seeded(Random random, List<int[]> scripts) {
        StringBuilder text = new StringBuilder();
        int[] script = scripts.get(random.nextInt(scripts.size()));
        for (int parts = 1 + random.nextInt(12); parts > 0; parts--) {
            int[] from = random.nextInt(4) == 0 ? scripts.get(random.nextInt(scripts.size())) : script;
            for (int letters = random.nextInt(6); letters > 0; letters--) {
                text.appendCodePoint(from[random.nextInt(from.length)]);
            }
            text.append(MARKS[random.nextInt(MARKS.length)]);
        }
        return text.toString();
    }
}
