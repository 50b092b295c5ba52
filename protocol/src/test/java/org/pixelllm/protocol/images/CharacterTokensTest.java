package org.pixelllm.protocol.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CharacterTokensTest {

    @Test
    void oneTokenForEachCodePoint() {
        assertThat(CharacterTokens.encode("pxOS")).containsExactly(112, 120, 79, 83);
        assertThat(CharacterTokens.encode("\uD83D\uDE00é中")).containsExactly(0x1F600 % 1024, 233, 0x4E2D % 1024);
        assertThat(CharacterTokens.encode("")).isEmpty();
    }

    @Test
    void asManyAsAnImageHolds() {
        assertThat(CharacterTokens.encode("\uD83D\uDE00".repeat(65_535))).hasSize(65_535);
        String long1 = "x".repeat(65_536);
        assertThatThrownBy(() -> CharacterTokens.encode(long1))
                .isInstanceOf(TooManyTokensException.class)
                .hasMessageContaining("65536 tokens");
    }

    @Test
    void idsComeBackAsTheirLowestCharacter() {
        for (int id = 0; id < CharacterTokens.VOCABULARY; id++) {
            assertThat(CharacterTokens.encode(CharacterTokens.decode(id))).containsExactly(id);
        }
        assertThatThrownBy(() -> CharacterTokens.decode(1024)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CharacterTokens.decode(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "97, a",
        "10, \\n",
        "9, \\t",
        "13, \\r",
        "7, \\x07",
        "0, \\x00",
        "27, \\x1B",
        "127, \\x7F",
        "133, \\u0085",
        "160, \\u00A0",
        "173, \\u00AD",
        "233, é",
        "769, \\u0301",
        "888, \\u0378",
        "945, α",
        "92, \\",
        "4242, #4242"
    })
    void whatPeopleSee(int id, String shown) {
        assertThat(CharacterTokens.show(id)).isEqualTo(shown);
    }

    @Test
    void aSpaceIsASpace() {
        assertThat(CharacterTokens.show(' ')).isEqualTo(" ");
    }
}
