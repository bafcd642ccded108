package dev.fairway.sample.web;

import dev.fairway.sample.comparison.Comparison;
import dev.fairway.sample.comparison.NoisyNeighbour;
import dev.fairway.sample.desk.InvalidInputException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** How long a quiet tenant waits beside a noisy one. */
@RestController
class ComparisonController {
    private static final int MAX_BACKLOG = 20_000;
    private static final int MAX_DOCUMENTS = 1_000;

    private final NoisyNeighbour neighbour;

    ComparisonController(NoisyNeighbour neighbour) {
        this.neighbour = neighbour;
    }

    @PostMapping("/comparison")
    Comparison compare(
            @RequestParam(defaultValue = "5000") int backlog, @RequestParam(defaultValue = "200") int documents)
            throws InterruptedException {
        check("backlog", backlog, MAX_BACKLOG);
        check("documents", documents, MAX_DOCUMENTS);
        return neighbour.compare(backlog, documents);
    }

    private static void check(String field, int value, int most) {
        if (value < 1 || value > most) {
            throw new InvalidInputException(
                    field, String.valueOf(value), field + " must be from 1 to " + most + ", not " + value);
        }
    }
}
