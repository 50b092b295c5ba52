package org.pixelllm.forge.importer.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.forge.importer.LittleEndian;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.TruncatedPxiException;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.protocol.fault.UnsupportedVersionException;

/** Hostile and broken GGUF files: each gives one error that says where. */
class GgufAttacksTest {

    private static final long HUGE = 1L << 60;
    private static final int ROUNDS = Boolean.getBoolean("pixelllm.long") ? 3_000 : 300;

    @TempDir
    private Path folder;

    /** The fields of a small file, each of which a test may spoil. */
    static final class Spoilt {
        String magic = "GGUF";
        long version = 3;
        long tensorCount = 2;
        long keyCount = 9;
        String secondKey = "b";
        long alignmentValue = 32;
        Consumer<LittleEndian> value = to -> to.u32(4).u32(7);
        String secondName = "second";
        long rank = 2;
        long columns = 32;
        long rows = 2;
        long type = 8;
        long offset = 128;
        int data = 128 + 68;

        byte[] toBytes() {
            LittleEndian to = new LittleEndian();
            magic.chars().forEach(to::u8);
            to.u32(version).u64(tensorCount).u64(keyCount);
            to.string("a").u32(8).string("text");
            to.string(secondKey).u32(0).u8(250);
            to.string("general.alignment").u32(4).u32(alignmentValue);
            to.string("texts").u32(9).u32(8).u64(2).string("x").string("é");
            to.string("bytes").u32(9).u32(1).u64(3).u8(255).u8(0).u8(1);
            to.string("real").u32(12).u64(Double.doubleToRawLongBits(0.5));
            to.string("flag").u32(7).u8(1);
            to.string("flags").u32(9).u32(7).u64(2).u8(1).u8(0);
            to.string("value");
            value.accept(to);
            to.string("first").u32(1).u64(3).u32(0).u64(0);
            to.string(secondName).u32(rank);
            for (int i = 0; i < rank && i < 8; i++) {
                to.u64(i == 0 ? columns : i == 1 ? rows : 1);
            }
            to.u32(type).u64(offset);
            to.zerosTo(32);
            int start = to.size();
            to.f32(1.5f).f32(-2).f32(Float.MIN_VALUE);
            while (to.size() < start + data) {
                to.u8(1);
            }
            return to.toBytes();
        }
    }

    record Case(String name, Consumer<Spoilt> spoil, Class<? extends PxiException> kind, String word) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case invalid(String name, String word, Consumer<Spoilt> spoil) {
        return new Case(name, spoil, InvalidContentException.class, word);
    }

    private static Case truncated(String name, String word, Consumer<Spoilt> spoil) {
        return new Case(name, spoil, TruncatedPxiException.class, word);
    }

    private static Case value(String name, String word, Consumer<LittleEndian> value) {
        return invalid(name, word, s -> s.value = value);
    }

    static Stream<Case> cases() {
        return Stream.of(
                invalid("another magic", "the bytes GGUF", s -> s.magic = "GGML"),
                new Case("version 1", s -> s.version = 1, UnsupportedVersionException.class, "found 1"),
                new Case("version 4", s -> s.version = 4, UnsupportedVersionException.class, "found 4"),
                new Case("big endian", s -> s.version = 3 << 24, UnsupportedVersionException.class, "big-endian"),
                invalid("2^60 tensors", "tensor count", s -> s.tensorCount = HUGE),
                invalid("-1 tensors", "18446744073709551615", s -> s.tensorCount = -1),
                truncated("65,535 tensors", "tensor declarations", s -> s.tensorCount = 65_535),
                invalid("2^60 keys", "key count", s -> s.keyCount = HUGE),
                truncated("60,000 keys", "metadata", s -> s.keyCount = 60_000),
                invalid("a key twice", "metadata a", s -> s.secondKey = "a"),
                invalid("no power of two", "general.alignment", s -> s.alignmentValue = 48),
                invalid("no alignment", "general.alignment", s -> s.alignmentValue = 0),
                invalid("a huge alignment", "general.alignment", s -> s.alignmentValue = 1L << 31),
                value("an unknown value type", "metadata value, type", to -> to.u32(13)),
                value("a flag of 2", "0 or 1", to -> to.u32(7).u8(2)),
                value("a string of 2^60 bytes", "length", to -> to.u32(8).u64(HUGE)),
                value("a string of -1 bytes", "length", to -> to.u32(8).u64(-1)),
                value("no UTF-8", "UTF-8", to -> to.u32(8).u64(2).u8(0xC3).u8(0x28)),
                value("an array of 2^60", "array length", to -> to.u32(9).u32(4).u64(HUGE)),
                value(
                        "arrays of arrays",
                        "array of arrays",
                        to -> to.u32(9).u32(9).u64(1)),
                value(
                        "an array of unknown type",
                        "element type",
                        to -> to.u32(9).u32(99).u64(0)),
                value("a u64 over 2^63", "metadata value", to -> to.u32(10).u64(-5)),
                truncated(
                        "an array of 4 million strings",
                        "metadata value",
                        s -> s.value = to -> to.u32(9).u32(8).u64(1 << 22)),
                truncated(
                        "a string of 16 MiB",
                        "metadata value",
                        s -> s.value = to -> to.u32(8).u64(1 << 24)),
                invalid("a name twice", "first", s -> s.secondName = "first"),
                invalid("rank 0", "rank", s -> s.rank = 0),
                invalid("rank 5", "rank", s -> s.rank = 5),
                invalid("rank 2^32-1", "4294967295", s -> s.rank = 0xFFFF_FFFFL),
                invalid("no columns", "tensor second", s -> s.columns = 0),
                invalid("2^60 columns", "tensor second", s -> s.columns = HUGE),
                invalid("2^60 rows", "tensor second", s -> s.rows = HUGE),
                invalid("elements that overflow", "tensor second", s -> {
                    s.columns = 1L << 32;
                    s.rows = 1L << 32;
                }),
                invalid("negative rows", "tensor second", s -> s.rows = -2),
                invalid("no whole blocks", "multiple of 32", s -> s.columns = 33),
                invalid("an unknown type", "ggml's type 99", s -> s.type = 99),
                invalid("IQ2_XXS, which is not read", "IQ2_XXS, an IQ type", s -> s.type = 16),
                invalid("an offset between", "multiple of 32", s -> s.offset = 33),
                invalid("an overlap", "overlap those of first", s -> s.offset = 0),
                invalid("offset -32", "offset", s -> s.offset = -32),
                truncated("offset 2^60", "tensor second", s -> s.offset = HUGE),
                truncated("offset at the end", "tensor second", s -> s.offset = 192),
                truncated("rows behind the end", "tensor second", s -> s.rows = 3),
                truncated("millions of rows", "tensor second", s -> s.rows = 1 << 27));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isRefused(Case each) throws IOException {
        Spoilt file = new Spoilt();
        each.spoil().accept(file);
        assertThatThrownBy(() -> open(file.toBytes()))
                .isInstanceOf(each.kind())
                .hasMessageContaining("spoilt.gguf")
                .hasMessageContaining(each.word());
    }

    private GgufFile open(byte[] bytes) throws IOException {
        Path file = folder.resolve("spoilt.gguf");
        Files.write(file, bytes);
        return GgufFile.open(file);
    }

    @Test
    void unspoiltItIsRead() throws IOException {
        try (GgufFile file = open(new Spoilt().toBytes())) {
            GgufMetadata metadata = file.metadata();
            assertThat(metadata.text("a")).isEqualTo("text");
            assertThat(metadata.whole("b", 0, 255)).isEqualTo(250);
            assertThat(metadata.texts("texts")).containsExactly("x", "é");
            assertThat(metadata.wholes("bytes")).containsExactly(-1, 0, 1);
            assertThat(metadata.real("real")).isEqualTo(0.5);
            assertThat(metadata.flag("flag", false)).isTrue();
            assertThat(file.values("first")).containsExactly(1.5f, -2, Float.MIN_VALUE);
            assertThat(file.values("second")).hasSize(64);
            assertThatThrownBy(() -> metadata.whole("b", 0, 249)).hasMessageContaining("metadata b");
            assertThatThrownBy(() -> metadata.whole("a", 0, 249)).hasMessageContaining("a text of 4 characters");
            assertThatThrownBy(() -> metadata.text("none")).hasMessageContaining("no such key");
            assertThatThrownBy(() -> file.require("first", List.of(4))).hasMessageContaining("shape [3]");
            assertThatThrownBy(() -> file.require("third", List.of(4))).hasMessageContaining("tensor third");
        }
    }

    @Test
    void aFileCutAnywhereIsTruncated() throws IOException {
        byte[] whole = new Spoilt().toBytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> open(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(TruncatedPxiException.class)
                    .hasMessageContaining("fetch it again");
        }
    }

    @Test
    void whateverChangesItIsReadOrRefused() throws IOException {
        byte[] whole = new Spoilt().toBytes();
        Random random = new Random(5);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] changed = whole.clone();
            for (int i = 0; i <= random.nextInt(3); i++) {
                changed[random.nextInt(whole.length)] = (byte) random.nextInt(256);
            }
            try (GgufFile file = open(changed)) {
                file.tensors().keySet().forEach(file::values);
            } catch (PxiException e) {
                assertThat(e).hasMessageContaining("spoilt.gguf");
            }
        }
    }

    @Test
    void saysWhatCannotBeOpened() {
        assertThatThrownBy(() -> GgufFile.open(folder)).isInstanceOf(UnreadableFileException.class);
        assertThatThrownBy(() -> GgufFile.open(folder.resolve("none"))).isInstanceOf(UnreadableFileException.class);
    }
}
