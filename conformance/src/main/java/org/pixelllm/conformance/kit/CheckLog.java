package org.pixelllm.conformance.kit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.pixelllm.conformance.Check;
import org.pixelllm.conformance.Rule;

/** Counts for each check how often it was tested and what was found. */
final class CheckLog {

    private final Map<Check, Integer> tested = new LinkedHashMap<>();
    private final Map<Check, List<Report.Failure>> failures = new LinkedHashMap<>();

    /** With the checks that are to be reported, in their order. */
    CheckLog(List<Check> checks) {
        for (Check check : checks) {
            tested.put(check, 0);
            failures.put(check, new ArrayList<>());
        }
    }

    /** All rules that a run can keep; the kit itself makes sure that its input is sound. */
    static List<Rule> rules() {
        return List.of(Rule.values()).stream()
                .filter(rule -> rule != Rule.INPUT)
                .toList();
    }

    void tested(Check check) {
        tested.merge(check, 1, Integer::sum);
    }

    void fails(Check check, String run, String message) {
        Objects.requireNonNull(failures.get(check)).add(new Report.Failure(run, message));
    }

    /** Counts a test and, if it does not hold, records what was found. */
    void holds(Check check, boolean holds, String run, String message) {
        tested(check);
        if (!holds) {
            fails(check, run, message);
        }
    }

    List<Report.Result> results() {
        return tested.entrySet().stream()
                .map(each -> new Report.Result(
                        each.getKey(), each.getValue(), Objects.requireNonNull(failures.get(each.getKey()))))
                .toList();
    }
}
