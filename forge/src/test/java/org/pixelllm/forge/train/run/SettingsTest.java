package org.pixelllm.forge.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be done is refused by its option's name before anything is written. */
class SettingsTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --steps 0                                | --steps: expected 1 to
        --steps -1                               | --steps: expected a whole number
        --steps many                             | --steps: expected a whole number
        --dim 16                                 | one of --steps, --minutes and --epochs
        --epochs 0                               | --epochs: expected above 0
        --minutes -3                             | --minutes: expected above 0
        --steps 1 --epochs 1                     | one of --steps, --minutes and --epochs
        --steps 1 --batch 0                      | --batch
        --steps 1 --batch 99999                  | --batch times --length: expected at most
        --steps 1 --rate nan                     | --rate
        --steps 1 --rate 2                       | --rate
        --steps 1 --clip 0                       | --clip
        --steps 1 --decay 1                      | --decay
        --steps 1 --dropout 1                    | --dropout
        --steps 1 --schedule linear              | --schedule: expected cosine or constant
        --steps 1 --fall 0.2                     | --fall: only with --schedule constant
        --steps 1 --schedule constant --fall -1  | --fall: expected a share from 0 to below 1, or a number of steps
        --steps 1 --schedule constant --fall 1.5 | --fall: expected a share
        --steps 1 --schedule constant --fall all | --fall: expected a number
        --steps 1 --schedule constant --fall rest | --fall: expected a share or a number of steps where a run begins
        --steps 1 --average 1                    | --average: expected from 0, below 1
        --steps 1 --patience 3                   | --patience: needs a text to measure on, --valid
        --steps 1 --measure 3                    | --measure: needs a text to measure on, --valid
        --steps 1 --seed x                       | --seed
        --steps 1 --dim 10 --heads 4             | --dim: expected a multiple of twice the 4 heads
        --steps 1 --dim 16 --heads 4 --kv-heads 3 | --kv-heads: expected a divisor
        --steps 1 --layers 0                     | --layers
        --steps 1 --context 0                    | --length
        --steps 1 --length 300                   | --length: expected at most the --context of 256
        --steps 1 --tied maybe                   | --tied: expected yes or no
        --steps 1 --mix 1,2                      | --mix: expected 1 numbers
        --steps 1 --mix 0                        | --mix: expected numbers above 0
        --steps 1 --times maybe                  | --times: expected yes or no
        --steps 1 --weights q9                   | --weights
        --steps 1 --weights ids                  | --weights
        --steps 1 --tokenizer words              | --tokenizer
        --steps 1 --tokenizer bpe:255            | --tokenizer: expected characters, or bpe:N with N from 256 to 524288
        --steps 1 --tokenizer bpe:524289         | --tokenizer
        --steps 1 --tokenizer bpe:many           | --tokenizer
        --steps 1 --family rnn                   | --family: expected llama or pooled-mlp
        --steps 1 --family pooled-mlp --layers 2 | --layers: the family pooled-mlp has none
        --steps 1 --dim 4000000 --heads 2        | No program can have this shape
        --steps 1 --batch 4096 --dim 1920        | GB of memory
        """)
    void isNamed(String line, String words) throws IOException {
        Path text = Runs.text(folder, "text.txt", "a text of some words. ".repeat(50));
        Path output = folder.resolve("model.pxi");
        assertThatThrownBy(() -> Runs.begin(line, List.of(text), output))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(words);
        assertThat(folder.toFile().list()).containsExactly("text.txt");
    }
}
