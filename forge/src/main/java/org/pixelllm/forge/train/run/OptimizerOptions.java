package org.pixelllm.forge.train.run;

import org.pixelllm.forge.train.optim.AdamW;
import org.pixelllm.forge.train.optim.Muon;

/**
 * How gradients change the weights.
 *
 * @param muon whether the layers' matrices are updated by {@link Muon}, and not like all others by {@link AdamW}
 * @param decay weight decay, on matrices and tables
 * @param clip the largest norm of all gradients together
 */
record OptimizerOptions(boolean muon, double decay, double clip) {

    OptimizerOptions {
        TrainingOptions.require(decay >= 0 && decay < 1, Setting.DECAY, "from 0, below 1", decay);
        TrainingOptions.require(clip > 0, Setting.CLIP, "above 0", clip);
    }

    static OptimizerOptions of(Settings settings) {
        return new OptimizerOptions(isMuon(settings), settings.real(Setting.DECAY), settings.real(Setting.CLIP));
    }

    private static boolean isMuon(Settings settings) {
        String word = settings.word(Setting.OPTIMIZER);
        return switch (word) {
            case "adamw" -> false;
            case "muon" -> true;
            default -> throw Settings.fault(Setting.OPTIMIZER, "adamw or muon", word);
        };
    }
}
