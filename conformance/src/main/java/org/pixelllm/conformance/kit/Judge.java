package org.pixelllm.conformance.kit;

import java.time.Duration;
import org.pixelllm.conformance.Finding;

/** Judges single runs: whether they ended, were answered or refused, and kept the rules. */
final class Judge {

    private final Ledger ledger;
    private final Duration limit;

    Judge(Ledger ledger, Duration limit) {
        this.ledger = ledger;
        this.limit = limit;
    }

    /** Judges a run that was to answer. */
    void answered(Answer answer) {
        answered(answer, answer.given().conduct());
    }

    /** The same, where success says something else than the file's own conduct. */
    void answered(Answer answer, Conduct conduct) {
        if (!ended(answer)) {
            return;
        }
        String run = answer.given().name();
        ledger.holds(conduct, answer.outcome().succeeded(), run, "expected exit code 0, found " + found(answer));
        if (answer.outputs() == null) {
            return;
        }
        Ledger.rules().forEach(ledger::tested);
        for (Finding finding : answer.outputs().findings()) {
            ledger.fails(finding.rule(), run, finding.message());
        }
    }

    /** Judges a run that was to refuse, in a folder of its own. */
    void refused(Answer answer, String written) {
        if (!ended(answer)) {
            return;
        }
        Conduct conduct = answer.given().conduct();
        String run = answer.given().name();
        if (answer.outcome().succeeded()) {
            ledger.holds(conduct, false, run, "expected a non-zero exit code, found 0");
        } else {
            ledger.holds(conduct, written.isEmpty(), run, "expected no output file, found " + written);
        }
    }

    boolean ended(Answer answer) {
        ledger.holds(
                Conduct.ENDS,
                answer.outcome().ended(),
                answer.given().name(),
                "expected an end within " + limit.toSeconds() + " s, found it running still and stopped it");
        return answer.outcome().ended();
    }

    private static String found(Answer answer) {
        String said = answer.outcome().lastWords();
        return answer.outcome().code() + (said.isEmpty() ? "" : ": " + said);
    }
}
