package org.pixelllm.pxvm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.regex.Splits;

/** The tokenizers in JavaScript give the ids and the texts of those in Java, and refuse the same sections. */
class JavaScriptTokenizersTest {

    private static final Path SCRIPT = Path.of(System.getProperty("pixelllm.root"), "web", "test", "tokenizers.js");
    private static final boolean LONG = Boolean.getBoolean("pixelllm.long");
    private static final int TEXTS = LONG ? 100 : 30;
    private static final int STREAMS = 60;
    private static final int PREPARATIONS = LONG ? 30 : 12;
    private static final int CHANGED = LONG ? 1_000 : 80;

    /** Texts of many scripts, and what splits and normal forms disagree about. */
    private static final List<String> SAMPLES = List.of(
            "Once upon a time, there was a little girl. She didn't know he'd  been there; they'LL go.",
            "Ǆ ǅ ǆ ſ ß ẞ ﬁ ﬆ K Å İı Σς ΑΣ. áéí a\u0301e\u0301 q\u0323\u0307 ế",
            "Привет, мир! Съешь ещё 12345,67 мягких булок; ѢѦ. Ё Е\u0308",
            "Ελληνικά: ΐ ᾳ ᾼ ᾲ. עברית שָׁלוֹם العربية ١٢٣ مَرْحَبًا\u200F! \u0600\u0661",
            "हिन्दी क्षत्रिय नमस्ते १२३ বাংলা ক্ষ தமிழ் ಕನ್ನಡ മലയാളം ไทย ภาษา ກຳ",
            "日本語の文章。カタカナ ｶﾞ か\u3099 中文，標點；數字一二三 한국어 각 \u1100\u1161\u11A8 ＡＢＣ１２３",
            "👩‍👩‍👧‍👦 🇩🇪🇫🇷 👍🏽 ☃️ ©‍© 1️⃣ \uD83E\uDD13\u0301 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟙𝟚 ① ½ ² Ⅷ ⅷ",
            "for (int i = 0; i < 10; i++) {\n\tx[i] += 3.14e-2;\r\n}\n\n\n  // ok\t \u00A0\u2028\u3000x",
            "  two  spaces   \n \n\n end  ",
            "▁a▁▁b ▁ <unk><s></s> <0x0A> [tool] a[tool]b <|end|><|end|> x<|end|> ",
            "\u0085\uFEFF\u200B\u200C\u200D\u180E\u2060 \u0378\u1E6C0 \uFFFD\uFFFF",
            "Æther ŉ ǰ ΰ և ẖ ﬃ ﬗ 𐐀𐐨 Ꭰꭰ Ⴀⴀ Აა ꙮ ﷺ ㎏ ㍿ ︷ ￼");

    @TempDir
    private Path folder;

    private record Encoded(int[] text, int[] ids) {}

    private record Stream(boolean fromTheBeginning, int[] ids, List<String> parts) {}

    private record Written(
            String name,
            String section,
            String about,
            boolean[] ends,
            Map<String, Integer> controls,
            List<String> labels,
            List<Encoded> texts,
            List<Stream> streams) {}

    /** A section of so many bytes, one of which is another. */
    private record Change(
            int length, int at, int value, @Nullable String place, int @Nullable [] ids) {}

    private record Changed(String section, String text, List<Change> changes) {}

    private record All(List<Written> tokenizers, List<Changed> changed) {}

    @Test
    void giveTheSameIdsAndTexts() throws IOException, InterruptedException {
        assumeThat(hasNode())
                .as("Node is there; without it this test is skipped")
                .isTrue();
        List<Written> written = new ArrayList<>();
        Random random = new Random(20);
        for (Map.Entry<String, Tokenizer> each : tokenizers(random).entrySet()) {
            written.add(written(each.getKey(), each.getValue(), texts(random), random));
        }
        if (LONG) {
            everyCharacter().forEach((name, each) -> written.add(written(name, each, characters(), random)));
        }
        Files.writeString(folder.resolve("tokenizers.json"), new Gson().toJson(new All(written, changed(random))));
        Path out = folder.resolve("out.txt");
        Process node = new ProcessBuilder("node", SCRIPT.toString(), folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(node.waitFor()).as(Files.readString(out)).isZero();
        assertThat(Files.readString(out)).endsWith(" answers are the same\n");
    }

    private static boolean hasNode() throws InterruptedException {
        try {
            return new ProcessBuilder("node", "-e", "new DecompressionStream('deflate')")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Map<String, Tokenizer> tokenizers(Random random) {
        Map<String, Tokenizer> all = new LinkedHashMap<>();
        all.put("characters", CharacterTokenizer.PROTOCOL);
        all.put("few characters", new CharacterTokenizer(97));
        all.put("scored", TokenizerSectionTest.scored());
        all.put("byte-level", TokenizerSectionTest.byteLevel());
        Set<WordSplit> splits = new LinkedHashSet<>();
        for (String name : NamedSplit.names()) {
            NamedSplit named = Objects.requireNonNull(NamedSplit.of(name));
            if (splits.add(named.split())) {
                all.put("byte-level, " + name, byteLevel(named, random));
            }
        }
        for (int i = 0; i < PREPARATIONS; i++) {
            Preparation preparation = preparation(random, 6);
            all.put("scored, prepared " + i, scored(random).with(preparation).withEnds(List.of(3, 1)));
            all.put("unigram, prepared " + i, unigram(random, preparation));
            NamedSplit named = new NamedSplit(preparation.split(), random.nextBoolean(), false, random.nextBoolean());
            all.put("byte-level, prepared " + i, byteLevel(named, random).with(preparation));
        }
        return all;
    }

    /** What is asked about every character. */
    private static Map<String, Tokenizer> everyCharacter() {
        ByteBpeTokenizer bytes = ByteBpeTokenizer.ofBytes(List.of(), List.of(), WordSplit.NONE);
        Map<String, Tokenizer> all = new LinkedHashMap<>();
        for (Normalization each : Normalization.Form.values()) {
            all.put(each.toString(), bytes.with(new Preparation(List.of(each), WordSplit.NONE, new TreeMap<>())));
        }
        List<Normalization> steps =
                new ArrayList<>(List.of(new Normalization.Lowercase(), new Normalization.StripAccents()));
        for (String each : List.of("\\w", "\\s", "\\p{Lu}", "\\p{S}", "\\p{Han}", "\\p{Common}", "(?i:[a-zα-ωа-я])")) {
            steps.add(Normalization.Replace.of(each, "(" + each.charAt(each.length() - 2) + "$0)"));
        }
        for (Normalization each : steps) {
            all.put(each.toString(), bytes.with(new Preparation(List.of(each), WordSplit.NONE, new TreeMap<>())));
        }
        return all;
    }

    /** All up to the last ideographs, and tags, in order, with a letter and a mark after each few. */
    private static List<String> characters() {
        List<String> texts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int c = 0; c < 0xE0200; c += c == 0x32400 ? 0xE0000 - c : 1) {
            text.appendCodePoint(c);
            if (c % 64 == 63) {
                texts.add(text + "a\u0323\u0301");
                text.setLength(0);
            }
        }
        return texts;
    }

    /** The added tokens of every vocabulary here. */
    private static final List<String> ADDED =
            List.of("<unk>", "<s>", "</s>", "[tool]", "<|end|>", "▁a▁", "mot", "Émile", "<|end|><|end|>");

    private static final List<PieceType> ADDED_TYPES = List.of(
            PieceType.UNKNOWN,
            PieceType.CONTROL,
            PieceType.CONTROL,
            PieceType.USER_DEFINED,
            PieceType.CONTROL,
            PieceType.USER_DEFINED,
            PieceType.USER_DEFINED,
            PieceType.USER_DEFINED,
            PieceType.CONTROL);

    /** Added tokens, perhaps bytes, then parts of the samples; ids and scores are drawn. */
    private static String[] pieces(Random random, boolean hasBytes, List<Integer> types) {
        Set<String> pieces = new LinkedHashSet<>(ADDED);
        ADDED_TYPES.forEach(each -> types.add(each.code()));
        if (hasBytes) {
            for (int value = 0; value < 256; value++) {
                pieces.add("<0x%02X>".formatted(value));
                types.add(PieceType.BYTE.code());
            }
        }
        for (String sample : SAMPLES) {
            int[] codePoints = sample.codePoints().toArray();
            for (int i = 0; i < codePoints.length; i++) {
                int length = random.nextInt(4) == 0 ? 1 + random.nextInt(6) : 1 + random.nextInt(2);
                String piece = new String(codePoints, i, Math.min(length, codePoints.length - i)).replace(' ', '▁');
                if (random.nextInt(3) > 0 && pieces.add(piece)) {
                    types.add(random.nextInt(30) == 0 ? PieceType.UNUSED.code() : PieceType.NORMAL.code());
                }
            }
        }
        return pieces.toArray(String[]::new);
    }

    private static Set<TextOption> options(Random random, TextOption... among) {
        Set<TextOption> options = new LinkedHashSet<>();
        for (TextOption each : among) {
            if (random.nextBoolean()) {
                options.add(each);
            }
        }
        return options;
    }

    private static final TextOption[] SPACED = {
        TextOption.ADD_BOS, TextOption.SPACE_PREFIX, TextOption.FIND_CONTROL, TextOption.LOW_BLOCK_IS_SPACE
    };

    private static float[] scores(int count, Random random) {
        float[] scores = new float[count];
        for (int id = 0; id < count; id++) {
            scores[id] = random.nextInt(5) == 0 ? -random.nextInt(3) : -10 * random.nextFloat();
        }
        return scores;
    }

    private static int[] ints(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    private static ScoredBpeTokenizer scored(Random random) {
        List<Integer> types = new ArrayList<>();
        String[] pieces = pieces(random, random.nextBoolean(), types);
        Set<TextOption> options = options(random, SPACED);
        if (random.nextBoolean()) {
            List<byte[]> spellings = ScoredBpeTokenizer.spellings(pieces, ints(types));
            return ScoredBpeTokenizer.of(spellings, scores(pieces.length, random), ints(types), 1, 2, options);
        }
        Map<String, Integer> ids = new HashMap<>();
        for (int id = 0; id < pieces.length; id++) {
            if (types.get(id) == PieceType.NORMAL.code()) {
                ids.put(pieces[id], id);
            }
        }
        List<Merge> merges = new ArrayList<>();
        ids.keySet().stream().sorted().forEach(piece -> {
            for (int cut = 1; cut < piece.length(); cut++) {
                Integer left = ids.get(piece.substring(0, cut));
                Integer right = ids.get(piece.substring(cut));
                if (left != null && right != null) {
                    merges.add(random.nextInt(merges.size() + 1), new Merge(left, right));
                }
            }
        });
        return ScoredBpeTokenizer.ranked(pieces, ints(types), merges, 1, 2, options);
    }

    private static UnigramTokenizer unigram(Random random, Preparation preparation) {
        List<Integer> types = new ArrayList<>();
        String[] pieces = pieces(random, random.nextBoolean(), types);
        return UnigramTokenizer.of(
                pieces, scores(pieces.length, random), ints(types), 1, 2, options(random, SPACED), preparation);
    }

    /** The most frequent pairs of the samples' bytes, again and again. */
    private static final List<String> MERGES = merges();

    private static List<String> merges() {
        List<String> letters = new ArrayList<>();
        for (String sample : SAMPLES) {
            ByteSpelling.spelled(sample).chars().forEach(c -> letters.add(Character.toString(c)));
        }
        List<String> merges = new ArrayList<>();
        Set<String> made = new LinkedHashSet<>();
        for (int i = 0; i < 150; i++) {
            Map<String, Integer> counts = new TreeMap<>();
            for (int at = 1; at < letters.size(); at++) {
                counts.merge(letters.get(at - 1) + " " + letters.get(at), 1, Integer::sum);
            }
            String pair = counts.keySet().stream()
                    .filter(each -> !made.contains(each.replace(" ", "")))
                    .max(Comparator.comparing(each -> counts.getOrDefault(each, 0)))
                    .orElseThrow();
            merges.add(pair);
            made.add(pair.replace(" ", ""));
            for (int at = letters.size() - 1; at > 0; at--) {
                if ((letters.get(at - 1) + " " + letters.get(at)).equals(pair)) {
                    letters.set(at - 1, letters.get(at - 1) + letters.remove(at));
                }
            }
        }
        return merges;
    }

    private static ByteBpeTokenizer byteLevel(NamedSplit named, Random random) {
        List<String> tokens = new ArrayList<>(ADDED);
        List<Integer> types =
                new ArrayList<>(ADDED_TYPES.stream().map(PieceType::code).toList());
        spelledBytes().chars().forEach(c -> tokens.add(Character.toString(c)));
        MERGES.forEach(each -> tokens.add(each.replace(" ", "")));
        while (types.size() < tokens.size()) {
            types.add(PieceType.NORMAL.code());
        }
        Set<TextOption> options = options(random, TextOption.ADD_BOS, TextOption.SPACE_PREFIX, TextOption.FIND_CONTROL);
        if (named.wholeWords()) {
            options.add(TextOption.WHOLE_WORDS);
        }
        if (named.composes()) {
            options.add(TextOption.NFC);
        }
        return ByteBpeTokenizer.of(
                tokens.toArray(String[]::new),
                MERGES.toArray(String[]::new),
                ints(types),
                named.split(),
                1,
                2,
                options);
    }

    private static String spelledBytes() {
        StringBuilder spelled = new StringBuilder();
        int shifted = 0x100;
        for (int value = 0; value < 256; value++) {
            boolean visible = (value >= '!' && value <= '~') || (value >= 0xA1 && value != 0xAD);
            spelled.append((char) (visible ? value : shifted++));
        }
        return spelled.toString();
    }

    /** Expressions with every syntax that is known. */
    private static final List<String> EXPRESSIONS = List.of(
            Splits.GPT2,
            Splits.PUNCTUATION,
            Splits.SPACES,
            Splits.WORDS,
            Splits.DIGIT,
            " ",
            "\\b",
            "(?<=\\p{Ll})(?=\\p{Lu})",
            "(?<!\\s)\\p{Han}{2,3}|[\\p{Hiragana}\\p{Katakana}]++",
            "^\\s*|\\s*$",
            "(?i:s|k|ß|é|σ|ǆ)+?",
            "(?>a|ab)(?:c|d)*|\\w\\B",
            "[^\\p{L}&&[^a-f]]|[[;-@]\\-\\]\\[]",
            "\\A.|.\\z|\\x{1F600}-?|[\\x20-\\x2F]{2,}",
            "(?:\\p{Latn}\\P{Lu}?){2}|\\p{^L}\\d*?x",
            "[^(\\s|[.,!?…。，、।۔،])]+");

    private static Preparation preparation(Random random, int most) {
        List<Normalization> normalizations = new ArrayList<>();
        for (int count = random.nextInt(most); count > 0; count--) {
            normalizations.add(
                    switch (random.nextInt(11)) {
                        case 0, 1 -> Normalization.Form.values()[random.nextInt(4)];
                        case 2 -> new Normalization.Lowercase();
                        case 3 -> new Normalization.Prepend(random.nextBoolean() ? " " : "▁");
                        case 4, 5 ->
                            Normalization.Replace.of(one(EXPRESSIONS, random), one(List.of("", "▁", "xy"), random));
                        case 6 -> new Normalization.Strip(random.nextBoolean(), random.nextBoolean());
                        case 7 -> new Normalization.StripAccents();
                        default -> new Normalization.Mapped(CharacterMap.of(characterMap()));
                    });
        }
        List<TextStep> steps = new ArrayList<>();
        for (int count = random.nextInt(4); count > 0; count--) {
            steps.add(
                    switch (random.nextInt(6)) {
                        case 0 -> new TextStep.Space(random.nextBoolean());
                        case 1 -> new TextStep.LowBlocks();
                        default ->
                            TextStep.Cut.of(
                                    one(EXPRESSIONS, random),
                                    one(List.of(TextStep.Behaviour.values()), random),
                                    random.nextBoolean());
                    });
        }
        TreeMap<Integer, Integer> habits = new TreeMap<>();
        for (int id = 1; id < ADDED.size(); id++) {
            if (random.nextBoolean()) {
                habits.put(id, 1 + random.nextInt(31));
            }
        }
        return new Preparation(normalizations, WordSplit.of(steps), habits);
    }

    private static <T> T one(List<T> all, Random random) {
        return all.get(random.nextInt(all.size()));
    }

    /** A trie with a block of 256 units for each of its nodes, and what keys of one to four characters become. */
    private static byte[] characterMap() {
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put("ﬁ", "fi");
        pairs.put("Å", "Å");
        pairs.put("é", "e\u0301");
        pairs.put("a\u0301", "á");
        pairs.put("\r\n", "\n");
        pairs.put("\u00A0", " ");
        pairs.put("\u200D", "");
        pairs.put("©\u200D", "(c)");
        pairs.put("क", "K");
        pairs.put("\u0661", "1");
        pairs.put("\u0600\u0661", "#1");
        pairs.put("ᅡ", "A");
        pairs.put("１", "1");
        pairs.put("\uD835\uDFD9", "1");
        List<int[]> units = new ArrayList<>(List.of(new int[256], new int[256]));
        List<Map<Integer, Integer>> nodes = new ArrayList<>(List.of(new HashMap<>()));
        List<Integer> places = new ArrayList<>(List.of(0));
        units.getFirst()[0] = 256 << 10;
        ByteBuffer texts = ByteBuffer.allocate(1 << 10);
        pairs.forEach((key, text) -> {
            int node = 0;
            for (byte each : key.getBytes(StandardCharsets.UTF_8)) {
                int label = Byte.toUnsignedInt(each);
                Integer next = nodes.get(node).get(label);
                if (next == null) {
                    next = nodes.size();
                    nodes.get(node).put(label, next);
                    nodes.add(new HashMap<>());
                    int place = 256 * (node + 1) + label;
                    places.add(place);
                    units.add(new int[256]);
                    units.get(place / 256)[place % 256] = (256 * (next + 1) ^ place) << 10 | label;
                }
                node = next;
            }
            int place = places.get(node);
            units.get(place / 256)[place % 256] |= 1 << 8;
            units.get(node + 1)[0] = 1 << 31 | texts.position();
            texts.put(text.getBytes(StandardCharsets.UTF_8)).put((byte) 0);
        });
        ByteBuffer bytes = ByteBuffer.allocate(4 + 1024 * units.size() + texts.position())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(1024 * units.size());
        units.forEach(block -> Arrays.stream(block).forEach(bytes::putInt));
        return bytes.put(texts.flip()).array();
    }

    private static List<String> texts(Random random) {
        List<String> texts = new ArrayList<>(SAMPLES);
        texts.add("");
        for (int i = 0; i < TEXTS; i++) {
            StringBuilder text = new StringBuilder();
            for (int count = random.nextInt(30); count >= 0; count--) {
                switch (random.nextInt(8)) {
                    case 0 -> text.append(one(ADDED, random));
                    case 1 -> text.append(one(List.of(" ", "  ", "\n", "\t", "\u00A0", "\u0301", "'s", "0"), random));
                    case 2 -> text.appendCodePoint(random.nextInt(0x3000));
                    case 3 -> text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
                    case 4 -> text.appendCodePoint(0x10000 + random.nextInt(0x10000));
                    case 5 -> text.append((char) (0xD800 + random.nextInt(0x800)));
                    default -> {
                        String sample = one(SAMPLES, random);
                        int from = random.nextInt(sample.length());
                        text.append(sample, from, Math.min(sample.length(), from + 1 + random.nextInt(8)));
                    }
                }
            }
            texts.add(text.toString());
        }
        return texts;
    }

    private static Written written(String name, Tokenizer tokenizer, List<String> from, Random random) {
        int count = tokenizer.vocabulary();
        boolean[] ends = new boolean[count];
        List<String> labels = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            ends[id] = tokenizer.isEnd(id);
            labels.add(tokenizer.decode(id));
        }
        Map<String, Integer> controls = new LinkedHashMap<>();
        for (String each : ADDED) {
            controls.put(each, tokenizer.control(each));
        }
        List<Encoded> texts = new ArrayList<>();
        List<Stream> streams = new ArrayList<>();
        for (String text : from) {
            int[] ids = tokenizer.encode(text);
            texts.add(new Encoded(text.chars().toArray(), ids));
            if (streams.size() >= STREAMS) {
                continue;
            }
            streams.add(stream(tokenizer, ids, random.nextBoolean()));
            int[] other = random.ints(random.nextInt(12), 0, count).toArray();
            streams.add(stream(tokenizer, other, random.nextBoolean()));
        }
        String about = tokenizer.name() + "," + count + "," + tokenizer.bos() + "," + tokenizer.eos() + ","
                + tokenizer.spacePrefix();
        String section = Base64.getEncoder().encodeToString(tokenizer.toBytes());
        return new Written(name, section, about, ends, controls, labels, texts, streams);
    }

    private static Stream stream(Tokenizer tokenizer, int[] ids, boolean fromTheBeginning) {
        TextDecoder decoder =
                fromTheBeginning ? TextDecoder.fromTheBeginning(tokenizer) : TextDecoder.continuing(tokenizer);
        List<String> parts = new ArrayList<>();
        for (int id : ids) {
            parts.add(decoder.add(id));
        }
        parts.add(decoder.end());
        return new Stream(fromTheBeginning, ids, parts);
    }

    private static final String CHANGED_TEXT = "ab <|end|> é 🙂 [tool]";

    /** Sections that are cut, longer, or changed: each is refused at the same place, or read alike. */
    private static List<Changed> changed(Random random) {
        List<Changed> all = new ArrayList<>();
        Preparation none = Preparation.NONE;
        List<Tokenizer> tokenizers = List.of(
                new CharacterTokenizer(97),
                TokenizerSectionTest.scored(),
                TokenizerSectionTest.byteLevel(),
                unigram(
                        random,
                        new Preparation(
                                List.of(), none.split(), preparation(random, 1).habits())),
                TokenizerSectionTest.byteLevel().with(preparation(random, 1)),
                TokenizerSectionTest.scored().with(preparation(random, 1)));
        for (Tokenizer each : tokenizers) {
            byte[] section = each.toBytes();
            List<Change> changes = new ArrayList<>();
            for (int i = 0; i < CHANGED; i++) {
                changes.add(change(section, 1 + random.nextInt(section.length + 1), 0, section[0]));
                int at = random.nextInt(random.nextBoolean() ? Math.min(60, section.length) : section.length);
                changes.add(change(section, section.length, at, random.nextBoolean() ? 0xFF : random.nextInt(256)));
            }
            all.add(new Changed(Base64.getEncoder().encodeToString(section), CHANGED_TEXT, changes));
        }
        return all;
    }

    private static Change change(byte[] section, int length, int at, int value) {
        byte[] other = Arrays.copyOf(section, length);
        other[at] = (byte) value;
        int[] ids = null;
        String place = null;
        try {
            ids = Tokenizers.read(other, "changed.pxi").encode(CHANGED_TEXT);
        } catch (PxiException e) {
            place = e.fault().place();
        }
        return new Change(length, at, value, place, ids);
    }
}
