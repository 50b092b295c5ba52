package org.pixelllm.conformance.kit;

import java.time.Duration;
import org.pixelllm.conformance.Finding;

/** Checks single runs: whether they ended, answered or refused as they should, and kept the rules. */
final class RunChecker {

    private final CheckLog log;
    private final Duration limit;

    RunChecker(CheckLog log, Duration limit) {
        this.log = log;
        this.limit = limit;
    }

    /** Checks a run that was to answer. */
    void answered(Answer answer) {
        answered(answer, answer.given().requirement());
    }

    /** The same, if success meets another requirement than the one that the file tests. */
    void answered(Answer answer, Requirement requirement) {
        if (!ended(answer)) {
            return;
        }
        String run = answer.given().name();
        log.holds(requirement, answer.outcome().succeeded(), run, "expected exit code 0, found " + found(answer));
        if (answer.outputs() == null) {
            return;
        }
        CheckLog.rules().forEach(log::tested);
        for (Finding finding : answer.outputs().findings()) {
            log.fails(finding.rule(), run, finding.message());
        }
    }

    /** Checks a run that was to refuse, in a folder of its own. */
    void refused(Answer answer, String written) {
        if (!ended(answer)) {
            return;
        }
        Requirement requirement = answer.given().requirement();
        String run = answer.given().name();
        if (answer.outcome().succeeded()) {
            log.holds(requirement, false, run, "expected a non-zero exit code, found 0");
        } else {
            log.holds(requirement, written.isEmpty(), run, "expected no output file, found " + written);
        }
    }

    /** Checks a run that was to answer in version 1, with sound outputs, or to refuse, in a folder of its own. */
    void answeredInVersion1(Answer answer, String written) {
        if (!ended(answer)) {
            return;
        }
        String run = answer.given().name();
        if (answer.outputs() == null) {
            log.holds(
                    Requirement.ANSWERS_VERSION_1,
                    written.isEmpty(),
                    run,
                    "refused: expected no output file, found " + written);
            return;
        }
        log.tested(Requirement.ANSWERS_VERSION_1);
        for (Finding finding : answer.outputs().findings()) {
            log.fails(Requirement.ANSWERS_VERSION_1, run, finding.message());
        }
    }

    boolean ended(Answer answer) {
        log.holds(
                Requirement.ENDS,
                answer.outcome().ended(),
                answer.given().name(),
                "expected an end within " + limit.toSeconds() + " s, found it still running and stopped it");
        return answer.outcome().ended();
    }

    private static String found(Answer answer) {
        String last = answer.outcome().lastWords();
        return answer.outcome().code() + (last.isEmpty() ? "" : ": " + last);
    }
}
