package org.pixelllm.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;

class RawArgumentsTest {

    private static byte[] bytes(String line) {
        return line.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void bytesCountAndNotWhatTheLocaleMadeOfThem() throws PxiException {
        String[] read = RawArguments.read(
                new String[] {"encode", "\uFFFD\uFFFD", "", "-o"}, bytes("java\0-cp\0x\0encode\0\u00c3\u00bc\0\0-o\0"));
        assertThat(read).containsExactly("encode", "ü", "", "-o");
    }

    @Test
    void theSignForWhatCannotBeReadIsACharacterToo() throws PxiException {
        assertThat(RawArguments.read(new String[] {"\uFFFD"}, bytes("java\0\u00ef\u00bf\u00bd\0")))
                .containsExactly("\uFFFD");
    }

    @Test
    void bytesThatAreNoTextAreRefusedWithTheirPlace() {
        assertThatThrownBy(
                        () -> RawArguments.read(new String[] {"encode", "ab\uFFFD"}, bytes("java\0encode\0ab\u00ff\0")))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("argument 2: byte 2")
                .hasMessageContaining("0xFF");
    }

    @Test
    void anotherCommandLineIsLeftAlone() throws PxiException {
        String[] args = {"infer", "é"};
        assertThat(RawArguments.read(args, bytes("java\0other\0\u00c3\u00bc\0")))
                .isSameAs(args);
        assertThat(RawArguments.read(args, bytes(""))).isSameAs(args);
        assertThat(RawArguments.read(args, bytes("x\0"))).isSameAs(args);
    }
}
