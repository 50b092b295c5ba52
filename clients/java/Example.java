import org.pixelllm.engine.Answer;
import org.pixelllm.engine.Batch;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Predictor;
import org.pixelllm.engine.Session;
import org.pixelllm.engine.text.Generation;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.engine.text.Sampling;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;

// What docs/java.md shows, to run:
//     java -cp cli/target/pixel-llm.jar clients/java/Example.java cartridges/golden.pxi

void main(String... args) throws Exception {
    Path cartridge = Path.of(args[0]);
    predict(cartridge);
    try (PixelLlm model = PixelLlm.open(cartridge)) {
        remember(model);
        speak(model);
        askFromManyThreads(model, List.of("This is the", "that painted the c"));
        askTogether(model, List.of("This is the", "that painted the c"));
        stepTogether(model);
    }
    refuse();
}

void predict(Path cartridge) throws IOException {
    try (PixelLlm model = PixelLlm.open(cartridge)) {
        Answer answer = model.predict(model.tokens("Once upon a ti"));
        for (Prediction each : answer.prediction(5).predictions()) {
            IO.println(each.id() + " " + each.probability());
        }
    }
}

void remember(PixelLlm model) throws PxiException {
    try (Session session = model.newSession()) {
        session.accept(model.tokens("Once upon").ids());
        float[] logits = session.accept(model.tokens(" a ti").ids());
        IO.println(PredictionImage.of(logits, 1).predictions().getFirst());
    }
}

void speak(PixelLlm model) throws IOException {
    GenerationOptions options = new GenerationOptions(Sampling.greedy(), 40, null);
    try (Generation speech = model.generate(model.tokens("This is the"), options)) {
        while (speech.next()) {
            IO.print(speech.text());
        }
        IO.println();
        IO.println(speech.stop());
    }
}

void askFromManyThreads(PixelLlm model, List<String> texts) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Answer>> answers = new ArrayList<>();
        for (String text : texts) {
            answers.add(threads.submit(() -> model.predict(model.tokens(text))));
        }
        for (Future<Answer> each : answers) {
            IO.println(each.get().prediction(1).predictions().getFirst());
        }
    }
}

void askTogether(PixelLlm model, List<String> texts) throws PxiException {
    try (Predictor predictor = model.newPredictor()) {
        List<TokenImage> prompts = new ArrayList<>();
        for (String text : texts) {
            prompts.add(model.tokens(text));
        }
        for (Answer each : predictor.predict(prompts)) {
            IO.println(each.prediction(1).predictions().getFirst());
        }
    }
}

void stepTogether(PixelLlm model) {
    try (Session one = model.newSession(); Session other = model.newSession()) {
        Batch batch = model.batch(List.of(one, other));
        float[] logits = new float[batch.size() * model.vocabulary()]; // [sessions, vocabulary]
        batch.accept(new int[] {'T', 'O'}, logits);
        batch.accept(new int[] {'h', 'n'}, logits);
        IO.println(one.position() + " " + other.position());
    }
}

void refuse() {
    try (PixelLlm model = PixelLlm.open(Path.of("no-such-cartridge.pxi"))) {
        IO.println(model.vocabulary());
    } catch (PxiException e) {
        IO.println(e.getMessage());
    }
}
