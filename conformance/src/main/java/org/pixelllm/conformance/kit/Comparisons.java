package org.pixelllm.conformance.kit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.pixelllm.protocol.images.TokenImage;

/** Checks that compare the answers of several runs. */
final class Comparisons {

    /** If at least this share of different answers has confidences that sum to 255, it is no accident. */
    private static final double WHOLE_SUMS = 1 / 3.0;

    private final CheckLog log;
    private final Map<TokenImage, Answer> plain = new LinkedHashMap<>(); // the first answer to each row of tokens
    private final List<Answer> answers = new ArrayList<>();

    Comparisons(CheckLog log) {
        this.log = log;
    }

    /** Adds an answer, whole or not. */
    void add(Answer answer) {
        answers.add(answer);
        plain.putIfAbsent(tokens(answer), answer);
    }

    /** The first answers to each row of tokens. */
    Map<TokenImage, Answer> plain() {
        return plain;
    }

    /** Compares an answer to a file that was answered before. @return whether it is the same to the pixel */
    boolean again(Answer answer) {
        Answer first = plain.get(tokens(answer));
        if (first == null || !first.isWhole() || !answer.isWhole()) {
            return true;
        }
        log.holds(
                Requirement.SIMILAR_AGAIN,
                answer.similarity(first).holds(),
                answer.given().name(),
                "expected about " + first.words() + ", found " + answer.words());
        return answer.isSame(first);
    }

    /**
     * Compares files of the same pixels.
     *
     * @param repeats whether the same file gets the same pixels each time; where not, similar ones must do
     */
    void encodings(boolean repeats) {
        for (Answer answer : answers) {
            Answer first = Objects.requireNonNull(plain.get(tokens(answer)));
            if (answer == first || !answer.isWhole() || !first.isWhole()) {
                continue;
            }
            boolean same =
                    repeats ? answer.isSame(first) : answer.similarity(first).holds();
            log.holds(
                    Requirement.SAME_PIXELS,
                    same,
                    answer.given().name(),
                    "expected the answer of " + first.given().name() + ", " + first.words() + ", found "
                            + answer.words() + " in other pictures");
        }
    }

    /** Checks whether answers differ at all. */
    void dependence() {
        List<Answer> whole = whole();
        if (whole.size() < 2) {
            return;
        }
        Answer first = whole.getFirst();
        log.holds(
                Requirement.DEPENDS_ON_INPUT,
                whole.stream().anyMatch(each -> !each.isSame(first)),
                "all",
                "expected different answers to " + whole.size() + " different inputs, found one, " + first.words());
    }

    /**
     * Checks by their sums whether confidences are rounded to the nearest number. Rounded down they sum to 255 only where
     * each was whole: where one token has all, where all are equal, or by rare accident.
     */
    void rounding() {
        List<Answer> useful = new ArrayList<>();
        for (Answer each : whole()) {
            int last = each.prediction().size() - 1;
            boolean equal = each.confidence(0) == each.confidence(last);
            boolean seen = useful.stream().anyMatch(other -> other.prediction().equals(each.prediction()));
            if (!seen && !equal && each.confidence(0) < 255) {
                useful.add(each);
            }
        }
        if (useful.isEmpty()) {
            return;
        }
        long full = useful.stream().filter(each -> sum(each) >= 255).count();
        log.holds(
                Requirement.ROUNDS_DOWN,
                full < 2 || full < WHOLE_SUMS * useful.size(),
                "all",
                "expected sums below 255, found 255 or more in " + full + " of " + useful.size() + " answers");
    }

    /** Compares the other implementation's answer with the tested one's to the same file. */
    void other(Answer other) {
        Answer answer = answers.stream()
                .filter(each -> each.given() == other.given())
                .findFirst()
                .orElseThrow();
        if (!answer.isWhole()) {
            return; // reported already
        }
        String run = answer.given().name();
        if (!other.isWhole()) {
            log.holds(Requirement.SIMILAR_TO_OTHER, false, run, "expected two answers, found none of the other's");
            return;
        }
        log.holds(
                Requirement.SIMILAR_TO_OTHER,
                answer.similarity(other).holds(),
                run,
                "expected top probabilities that differ by less than 0.1, found " + answer.words()
                        + ", and of the other " + other.words());
    }

    private List<Answer> whole() {
        return plain.values().stream().filter(Answer::isWhole).toList();
    }

    private static int sum(Answer answer) {
        int sum = 0;
        for (int place = 0; place < answer.prediction().size(); place++) {
            sum += answer.confidence(place);
        }
        return sum;
    }

    private static TokenImage tokens(Answer answer) {
        return Objects.requireNonNull(answer.given().tokens());
    }
}
