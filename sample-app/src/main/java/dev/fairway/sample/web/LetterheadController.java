package dev.fairway.sample.web;

import dev.fairway.sample.desk.Intake;
import dev.fairway.sample.desk.InvalidInputException;
import dev.fairway.sample.desk.NotFoundException;
import dev.fairway.sample.desk.Tenants;
import dev.fairway.sample.render.Letterhead;
import dev.fairway.sample.render.Letterheads;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** A tenant's letterhead. */
@RestController
@RequestMapping("/tenants/{tenant}/letterhead")
class LetterheadController {
    private final Intake intake;
    private final Letterheads letterheads;

    LetterheadController(Intake intake, Letterheads letterheads) {
        this.intake = intake;
        this.letterheads = letterheads;
    }

    @PutMapping(consumes = MediaType.TEXT_MARKDOWN_VALUE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void put(@PathVariable String tenant, HttpServletRequest request) throws IOException {
        Tenants.check(tenant);
        String markdown = intake.text(intake.read(request.getInputStream()));
        try {
            letterheads.put(tenant, Letterhead.parse(markdown));
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("body", markdown.strip(), String.valueOf(e.getMessage()));
        }
    }

    @GetMapping(produces = MediaType.TEXT_MARKDOWN_VALUE + ";charset=UTF-8")
    String get(@PathVariable String tenant) {
        return letterheads
                .find(Tenants.check(tenant))
                .orElseThrow(() -> none(tenant))
                .markdown();
    }

    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(@PathVariable String tenant) {
        if (!letterheads.remove(Tenants.check(tenant))) {
            throw none(tenant);
        }
    }

    private static NotFoundException none(String tenant) {
        return new NotFoundException("tenant '" + tenant + "' has no letterhead");
    }
}
