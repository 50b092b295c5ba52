package org.pixelllm.forge.train.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.tokenizer.BpeTrainer;
import org.pixelllm.forge.train.data.Corpus;
import org.pixelllm.forge.train.data.TextFile;
import org.pixelllm.forge.train.data.TextMixture;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.tokenizer.Tokenizers;

/**
 * What a run works with: its texts, read and cut into tokens.
 *
 * @param tokenizer of the model
 * @param sources of the texts that are learnt from
 * @param mixture of their tokens
 * @param validSource of the text that is measured on; null where there is none
 * @param valid what is measured of it
 */
record TrainingData(
        Tokenizer tokenizer,
        List<Checkpoint.Source> sources,
        TextMixture mixture,
        Checkpoint.@Nullable Source validSource,
        @Nullable Corpus valid) {

    /** The most characters that are measured on during training. */
    static final int VALID_CHARACTERS = 100_000;

    private static final String BPE = "bpe:";

    /**
     * Those of a run that begins.
     *
     * @param base the tokenizer of the model that it goes on from, or null
     */
    static TrainingData read(Settings settings, @Nullable Tokenizer base, List<Path> texts, @Nullable Path valid)
            throws PxiException {
        int bpeVocabulary = base == null ? bpeVocabulary(settings) : 0;
        List<TextFile> files = readAll(texts);
        TextFile validFile = valid == null ? null : TextFile.read(valid);
        return of(settings, base == null ? tokenizer(bpeVocabulary, files) : base, files, validFile);
    }

    /**
     * Those of a run that continues.
     *
     * @param texts where the texts are now; empty for where they were
     * @param valid likewise, or null
     */
    static TrainingData read(
            Settings settings, Checkpoint checkpoint, Path state, List<Path> texts, @Nullable Path valid)
            throws PxiException {
        Checkpoint.Head head = checkpoint.head();
        List<TextFile> files = same(head.texts(), texts, state);
        List<TextFile> validFile = same(head.valid(), valid == null ? List.of() : List.of(valid), state);
        Tokenizer tokenizer = Tokenizers.read(checkpoint.tokenizer(), state.toString());
        return of(settings, tokenizer, files, validFile.isEmpty() ? null : validFile.getFirst());
    }

    private static TrainingData of(
            Settings settings, Tokenizer tokenizer, List<TextFile> files, @Nullable TextFile validFile)
            throws PxiException {
        double[] shares = settings.mix(files.size());
        int length = settings.whole(Setting.LENGTH, settings.whole(Setting.CONTEXT));
        List<Corpus> texts = new ArrayList<>();
        for (TextFile file : files) {
            Corpus text = Corpus.of(file, tokenizer);
            text.requireMoreThan(length, file.path());
            texts.add(text);
        }
        Corpus valid = null;
        if (validFile != null) {
            valid = Corpus.sample(validFile, tokenizer, VALID_CHARACTERS);
            valid.requireMoreThan(length, validFile.path());
        }
        return new TrainingData(
                tokenizer,
                files.stream().map(Checkpoint.Source::of).toList(),
                new TextMixture(texts, shares),
                validFile == null ? null : Checkpoint.Source.of(validFile),
                valid);
    }

    private static List<TextFile> readAll(List<Path> paths) throws PxiException {
        List<TextFile> files = new ArrayList<>();
        for (Path path : paths) {
            files.add(TextFile.read(path));
        }
        return files;
    }

    /** The texts of a run, which must not have changed. */
    private static List<TextFile> same(List<Checkpoint.Source> sources, List<Path> now, Path state)
            throws PxiException {
        if (!now.isEmpty() && now.size() != sources.size()) {
            throw new SettingsException("This run was begun with " + sources.size() + " texts, not " + now.size()
                    + ". Leave them out, or name the same ones.");
        }
        List<TextFile> files = readAll(
                now.isEmpty()
                        ? sources.stream().map(source -> Path.of(source.path())).toList()
                        : now);
        for (int i = 0; i < files.size(); i++) {
            if (!files.get(i).sha256().equals(sources.get(i).sha256())) {
                throw new ModelMismatchException(new Fault(
                        files.get(i).path().toString(),
                        "whole file",
                        "the text that the run of " + state + " was begun with, sha256 "
                                + sources.get(i).sha256(),
                        "sha256 " + files.get(i).sha256(),
                        "Put the text back, or begin a new run."));
            }
        }
        return files;
    }

    /** How many ids a BPE is to have; 0 where the tokenizer is the protocol's own. */
    private static int bpeVocabulary(Settings settings) {
        String name = settings.word(Setting.TOKENIZER);
        if (name.equals(CharacterTokenizer.PROTOCOL.name())) {
            return 0;
        }
        try {
            int vocabulary = name.startsWith(BPE) ? Integer.parseInt(name.substring(BPE.length())) : 0;
            if (vocabulary >= BpeTrainer.MIN_VOCABULARY && vocabulary <= BpeTrainer.MAX_VOCABULARY) {
                return vocabulary;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw Settings.fault(
                Setting.TOKENIZER,
                "characters, or bpe:N with N from " + BpeTrainer.MIN_VOCABULARY + " to " + BpeTrainer.MAX_VOCABULARY,
                name);
    }

    private static Tokenizer tokenizer(int bpeVocabulary, List<TextFile> files) {
        return bpeVocabulary == 0
                ? CharacterTokenizer.PROTOCOL
                : BpeTrainer.train(files.stream().map(TextFile::content).toList(), bpeVocabulary);
    }
}
