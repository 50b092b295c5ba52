package org.pixelllm.forge.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.forge.train.data.Corpus;
import org.pixelllm.forge.train.data.TextMixture;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.simd.PlainArithmetic;
import org.pixelllm.pxvm.executor.simd.VectorArithmetic;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;
import org.pixelllm.pxvm.weights.ElementType;

/** Training gives the same weights, to the bit, with vectors and without, on any number of threads. */
class SameWeightsTest {

    private static final int STEPS = 4;

    private static final String TEXT = "the cat sat on the mat; the dog dug a den. ".repeat(40);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--dim 36 --layers 2 --heads 3 --kv-heads 1 --hidden 50 --optimizer muon --dropout 0.1 --qk-norm yes",
                "--dim 64 --layers 1 --heads 2 --hidden 80 --optimizer adamw --tied no --average 0.4",
                "--dim 32 --layers 1 --heads 2 --hidden 64 --schedule constant --fall 0.5",
                "--family pooled-mlp --dim 17 --hidden 33"
            })
    void inBothForms(String line) {
        List<float[]> plain = train(line, PlainArithmetic::new, 1);
        List<float[]> vector = train(line, VectorArithmetic::new, 3);
        for (int i = 0; i < plain.size(); i++) {
            assertThat(vector.get(i)).as("%s, weight %d", line, i).containsExactly(plain.get(i));
        }
    }

    private static List<float[]> train(String line, Supplier<Arithmetic> arithmetic, int threads) {
        Settings settings = Settings.of(Runs.settings(line + " --context 29 --batch 5 --steps " + STEPS));
        TrainingOptions options = TrainingOptions.of(settings, STEPS);
        int[] ids = CharacterTokenizer.PROTOCOL.encode(TEXT);
        TextMixture mixture = new TextMixture(List.of(new Corpus("text", "", TEXT.length(), ids)), null);
        Program program = Architecture.program(settings, 1024, ElementType.F32);
        try (Workers workers = new Workers(threads)) {
            Trainer trainer = new Trainer(program, options, mixture, arithmetic, workers);
            trainer.reset(settings.seed());
            List<float[]> first = weights(trainer);
            for (int step = 0; step < STEPS; step++) {
                trainer.step(options, step);
            }
            List<float[]> weights = weights(trainer);
            assertThat(weights.getFirst()).isNotEqualTo(first.getFirst());
            return weights;
        }
    }

    private static List<float[]> weights(Trainer trainer) {
        List<float[]> weights = new ArrayList<>();
        trainer.weightIds().forEach(id -> weights.add(trainer.values(id).clone()));
        if (trainer.averages()) {
            trainer.weightIds().forEach(id -> weights.add(trainer.averaged(id).clone()));
        }
        return weights;
    }
}
