package org.pixelllm.pxvm.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.UnsupportedVersionException;
import org.pixelllm.protocol.png.Pixels;

class ProgramTest {

    private static final String SMALL = """
            pxvm 1
            context 16

            input tokens ids [T]
            weight table f32 [7, 3]
            weight w u8 [5, 3]
            weight b f32 [5]
            weight out f32 [7, 5]
            state sum f32 [3]
            scratch x f32 [T, 3]
            scratch m f32 [T, 3]
            scratch last f32 [R, 3]
            scratch h f32 [R, 5]
            scratch a f32 [R, 5]
            output logits f32 [R, 7]

            x = embed tokens table
            m = mean x sum
            last = select m
            h = matmul last w b
            a = relu h
            logits = matmul a out _
            """;

    @Test
    void textAndImageAreExactInverses() throws PxiException {
        Program program = Assembler.parse(SMALL, "small.pxasm");
        assertThat(Assembler.print(program)).isEqualTo(SMALL);
        assertThat(ProgramImage.read(ProgramImage.write(program), "small.pxi")).isEqualTo(program);
    }

    @Test
    void randomProgramsComeBackFromTextAndImage() throws PxiException {
        for (long seed = 0; seed < 500; seed++) {
            Program program = RandomPrograms.of(seed);
            assertThat(Assembler.parse(Assembler.print(program), "text")).isEqualTo(program);
            Pixels image = ProgramImage.write(program);
            assertThat(ProgramImage.read(image, "image")).isEqualTo(program);
            assertThat(image.height())
                    .isEqualTo(1
                            + program.tensors().size()
                            + program.instructions().size());
        }
    }

    @Test
    void commentsAndSpacesDoNotMatter() throws PxiException {
        String airy = SMALL.replace("x = embed", "  x   =  embed").replace("relu h", "relu h   # the bend");
        assertThat(Assembler.parse("# a model\n" + airy, "airy")).isEqualTo(Assembler.parse(SMALL, "small"));
    }

    /** A part of a program with experts and a rotation; the lines that are broken one by one. */
    private static final String ROUTED = """
            pxvm 1
            context 16
            input tokens ids [T]
            weight table f32 [7, 4]
            weight factors f32 [2, 2]
            weight up q8 [24, 4]
            weight b f32 [24]
            weight down q8 [16, 6]
            weight out f32 [7, 4]
            scratch x f32 [T, 4]
            scratch turned f32 [T, 4]
            scratch route f32 [T, 4]
            scratch h f32 [T, 12]
            scratch parts f32 [T, 8]
            scratch y f32 [T, 4]
            scratch last f32 [R, 4]
            output logits f32 [R, 7]
            x = embed tokens table
            turned = rope x factors head=4 dims=4 halves=1 theta=100.0 factor=1.0 low=0.0 high=0.0 original=0.0
            route = route x k=2 gate=0 normalise=1 scale=1.0
            h = experts turned route up b n=4
            parts = experts h route down _ n=4
            y = combine parts route
            last = select y
            logits = matmul last out _
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "weight factors f32 [2, 2] | weight factors q8 [2, 2] | rope | factors of type f32",
                "weight factors f32 [2, 2] | weight factors f32 [2, 3] | rope | the shape [2, 2]",
                "weight factors f32 [2, 2] | weight factors f32 [1, 2] | rope | the shape [2, 2]",
                "weight factors f32 [2, 2] | weight factors f32 [4] | rope | shape [s, p]",
                "scratch route f32 [T, 4] | scratch route f32 [T, 3] | route | found k=2 and 3 columns",
                "route = route x k=2 gate=0 normalise=1 scale=1.0 | route = route x k=0 gate=0 normalise=1 scale=1.0 | (route), k | 1.0 to",
                "route = route x k=2 gate=0 normalise=1 scale=1.0 | route = route x k=2 gate=3 normalise=1 scale=1.0 | gate | found 3",
                "route = route x k=2 gate=0 normalise=1 scale=1.0 | route = relu x | experts | written by relu",
                "h = experts turned route up b n=4 | h = experts turned route up b n=3 | experts | over 4 scores",
                "weight up q8 [24, 4] | weight up q8 [25, 4] | experts | shape",
                "weight down q8 [16, 6] | weight down q8 [18, 6] | experts | 18 rows",
                "weight down q8 [16, 6] | weight down q8 [16, 5] | experts | x of 5 or 10 columns",
                "weight down q8 [16, 6] | weight down q8 [20, 6] | experts | y of 10",
                "y = combine parts route | y = combine parts x | combine | written by embed",
                "y = combine parts route | y = combine h route | combine | x of 8 columns",
            })
    void refusesExpertsThatDoNotFit(String right, String wrong, String place, String found) throws PxiException {
        assertThat(Assembler.print(Assembler.parse(ROUTED, "routed"))).contains("experts h route down _ n=4");
        assertThat(ROUTED).contains(right.strip() + "\n");
        String broken = ROUTED.replace(right.strip() + "\n", wrong.strip() + "\n");
        assertThatThrownBy(() -> Assembler.parse(broken, "broken.pxasm"))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining(place.strip())
                .hasMessageContaining(found.strip());
    }

    /** Texts and images of before there were factors for each pair are those of programs without. */
    @Test
    void aRotationWithoutFactorsIsWhatItWas() throws PxiException {
        Program without = Assembler.parse(ROUTED.replace("rope x factors", "rope x _"), "without");
        assertThat(Assembler.parse(ROUTED.replace("rope x factors", "rope x"), "before"))
                .isEqualTo(without);
        Pixels image = ProgramImage.write(without);
        int row = 1 + without.tensors().size() + 1;
        assertThat(image.red(3, row) | image.green(3, row) | image.blue(3, row)).isZero();
        assertThat(ProgramImage.read(image, "image")).isEqualTo(without);
    }

    @Test
    void coloursAndNamesOfTheTableAreDistinct() {
        Set<Object> seen = new HashSet<>();
        for (Opcode opcode : Opcode.values()) {
            assertThat(seen.add(opcode.colour())).as(opcode.mnemonic()).isTrue();
            assertThat(seen.add(opcode.mnemonic())).as(opcode.mnemonic()).isTrue();
            assertThat(opcode.operands().size()).isLessThanOrEqualTo(Limits.OPERANDS);
            assertThat(opcode.attributes().size()).isLessThanOrEqualTo(Limits.ATTRIBUTES);
        }
        Set<Integer> roles = new HashSet<>();
        for (Role role : Role.values()) {
            assertThat(roles.add(role.colour())).isTrue();
        }
    }

    /** Each line breaks the small program in one way; the message must name the place and what was found. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "pxvm 1                      | pxvm 2                      | line 1     | version 2",
                "context 16                  | context 0                   | context    | found 0",
                "context 16                  | context many                | line 2     | whole number",
                "context 16                  | # none                      | line       | context N",
                "input tokens ids [T]        | input tokens f32 [T]        | tokens     | type ids",
                "input tokens ids [T]        | input tokens ids [4]        | tokens     | shape [T]",
                "weight table f32 [7, 3]     | weight table f32 [6, 3]     | table      | at least 7 rows",
                "weight table f32 [7, 3]     | weight table f32 [7, T]     | table      | fixed dimensions",
                "weight table f32 [7, 3]     | weight table f32 [7, 0]     | table      | at least 1",
                "weight table f32 [7, 3]     | weight table f32 [7, -3]    | table      | at least 1",
                "weight table f32 [7, 3]     | weight table ids [7, 3]     | table      | weight type",
                "weight table f32 [7, 3]     | weight table f99 [7, 3]     | line 5     | f99",
                "weight w u8 [5, 3]          | weight w u8 [5, 4]          | matmul     | shape [5, 3]",
                "weight w u8 [5, 3]          | weight w u8 [2147483647, 2147483647] | w | elements",
                "weight w u8 [5, 3]          | weight w u8 [1, 1, 1, 1, 1] | w          | 1 to 4",
                "weight w u8 [5, 3]          | weight table u8 [5, 3]      | line 6     | a second",
                "weight b f32 [5]            | weight b f32 [4]            | matmul     | shape [5]",
                "state sum f32 [3]           | state sum u8 [3]            | sum        | type f32",
                "state sum f32 [3]           | scratch sum f32 [T, 3]      | mean       | state tensor",
                "scratch x f32 [T, 3]        | scratch x f32 [8, 3]        | x          | [T, n] or [R, n]",
                "scratch x f32 [T, 3]        | scratch x f32 [T, 2000000]  | x          | 1048576",
                "output logits f32 [R, 7]    | output logits f32 [T, 7]    | logits     | shape [R, n]",
                "output logits f32 [R, 7]    | scratch logits f32 [R, 7]   | program    | one input and one output",
                "x = embed tokens table      | x = embed table table       | embed      | the input",
                "x = embed tokens table      | x = embed tokens            | line       | 2 operands",
                "x = embed tokens table      | x = embed tokens nothing    | line       | nothing",
                "x = embed tokens table      | x = embled tokens table     | line       | embled",
                "x = embed tokens table      | x = embed _ table           | embed      | found none",
                "m = mean x sum              | x = mean x sum              | mean       | nothing wrote before",
                "m = mean x sum              | m = mean last sum           | mean       | shape [T, d]",
                "last = select m             | last = select logits        | select     | scratch",
                "h = matmul last w b         | h = matmul a out _          | matmul     | not written yet",
                "a = relu h                  | a = relu h h                | line       | 1 operands",
                "a = relu h                  | table = relu h              | relu       | scratch or output",
                "logits = matmul a out _     | # nothing writes it         | logits     | writes the output",
                "logits = matmul a out _     | logits  matmul a out _      | line       | a declaration",
            })
    void refusesWhatBreaksARule(String right, String wrong, String place, String found) {
        assertThat(SMALL).contains(right.strip());
        String broken = SMALL.replace(right.strip() + "\n", wrong.strip() + "\n");
        assertThatThrownBy(() -> Assembler.parse(broken, "broken.pxasm"))
                .isInstanceOfAny(InvalidContentException.class, UnsupportedVersionException.class)
                .hasMessageStartingWith("broken.pxasm: ")
                .hasMessageContaining(place.strip())
                .hasMessageContaining(found.strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"9table", "é", "a-b", "a_name_that_is_longer_than_the_row_has_room_for"})
    void aNameFitsTheImageRow(String name) {
        assertThatThrownBy(() -> Assembler.parse(SMALL.replace("table", name), "named"))
                .hasMessageContaining("a name of 1 to 42")
                .hasMessageContaining(name);
    }

    @Test
    void aStateBelongsToOneInstruction() {
        String twice = SMALL.replace("scratch last", "scratch m2 f32 [T, 3]\nscratch last")
                .replace("last = select", "m2 = mean x sum\nlast = select");
        assertThatThrownBy(() -> Assembler.parse(twice, "twice")).hasMessageContaining("no other instruction uses");
    }

    /** A changed image is either another valid program or refused by name: never another kind of failure. */
    @Test
    void changedImagesAreRefusedOrValid() throws PxiException {
        Random random = new Random(7);
        int refused = 0;
        for (int round = 0; round < 3000; round++) {
            Pixels image = ProgramImage.write(RandomPrograms.of(round % 50));
            int changes = 1 + random.nextInt(3);
            for (int i = 0; i < changes; i++) {
                image.rgb()[random.nextInt(image.rgb().length)] = (byte) random.nextInt(256);
            }
            try {
                ProgramImage.read(image, "changed.pxi");
            } catch (InvalidContentException | UnsupportedVersionException e) {
                assertThat(e).hasMessageStartingWith("changed.pxi: ");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(2000);
    }

    @Test
    void statedCountsMustFitTheImage() {
        Pixels image = ProgramImage.write(RandomPrograms.of(1));
        image.set(2, 0, 255, 255, 255);
        assertThatThrownBy(() -> ProgramImage.read(image, "p")).hasMessageContaining("rows");
        Pixels negative = ProgramImage.write(RandomPrograms.of(1));
        negative.set(3, 0, 255, 0, 0);
        assertThatThrownBy(() -> ProgramImage.read(negative, "p")).hasMessageContaining("rows");
    }
}
