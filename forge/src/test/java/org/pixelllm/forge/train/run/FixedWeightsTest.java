package org.pixelllm.forge.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.forge.train.data.Corpus;
import org.pixelllm.forge.train.data.TextMixture;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.simd.PlainArithmetic;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;

/** What says how a rotation turns is what the model is: no optimizer moves it, and no decay shrinks it. */
class FixedWeightsTest {

    private static final String PROGRAM = """
            pxvm 1
            context 16
            input tokens ids [T]
            weight table f32 [9, 8]
            weight factors f32 [2, 2]
            weight out f32 [9, 8]
            scratch x f32 [T, 8]
            scratch turned f32 [T, 8]
            scratch last f32 [R, 8]
            output logits f32 [R, 9]
            x = embed tokens table
            turned = rope x factors head=4 dims=4 halves=0 theta=5.0 factor=1.0 low=0.0 high=0.0 original=0.0
            last = select turned
            logits = matmul last out _
            """;

    @ParameterizedTest
    @ValueSource(strings = {"adamw", "muon"})
    void ofARotationStay(String optimizer) throws PxiException {
        Program program = Assembler.parse(PROGRAM, "test");
        Settings settings = Settings.of(Runs.settings(
                "--steps 3 --warmup 0 --context 8 --batch 2 --decay 0.5 --rate 0.1 --average 0.3 --optimizer "
                        + optimizer));
        TrainingOptions options = TrainingOptions.of(settings, 3);
        int[] ids = new int[50];
        Arrays.setAll(ids, i -> i * i % 9);
        TextMixture mixture = new TextMixture(List.of(new Corpus("text", "", ids.length, ids)), null);
        try (Workers workers = new Workers(1)) {
            Trainer trainer = new Trainer(program, options, mixture, PlainArithmetic::new, workers);
            trainer.reset(1);
            List<Integer> weights = program.withRole(Role.WEIGHT);
            for (int id : weights) {
                Arrays.fill(trainer.values(id), 0.5f);
            }
            trainer.forget();
            trainer.values(weights.getFirst())[0] = 1;
            for (int step = 0; step < 3; step++) {
                trainer.step(options, step);
            }
            for (int id : weights) {
                boolean moved = !program.tensor(id).name().equals("factors");
                assertThat(trainer.values(id)[2] != 0.5f)
                        .as(program.tensor(id).name())
                        .isEqualTo(moved);
                assertThat(trainer.averaged(id)[2] != 0.5f).isEqualTo(moved);
            }
        }
    }
}
