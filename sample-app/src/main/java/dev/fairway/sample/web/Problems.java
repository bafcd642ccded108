package dev.fairway.sample.web;

import dev.fairway.RejectedTaskException;
import dev.fairway.sample.comparison.ComparisonRunsException;
import dev.fairway.sample.desk.DocumentTooLargeException;
import dev.fairway.sample.desk.InvalidInputException;
import dev.fairway.sample.desk.NotFoundException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Every refusal is a problem detail (RFC 9457) that names the thing and the value. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    @ExceptionHandler
    ProblemDetail invalid(InvalidInputException e) {
        ProblemDetail problem = problem(HttpStatus.BAD_REQUEST, e);
        problem.setProperty("field", e.field());
        problem.setProperty("value", e.value());
        return problem;
    }

    @ExceptionHandler
    ProblemDetail tooLarge(DocumentTooLargeException e) {
        return problem(HttpStatus.CONTENT_TOO_LARGE, e);
    }

    @ExceptionHandler
    ProblemDetail notFound(NotFoundException e) {
        return problem(HttpStatus.NOT_FOUND, e);
    }

    @ExceptionHandler
    ProblemDetail runsAlready(ComparisonRunsException e) {
        return problem(HttpStatus.CONFLICT, e);
    }

    /** A tenant whose own queue is full is told so; everything else is not its fault. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(RejectedTaskException e) {
        HttpStatus status = e.reason() == RejectedTaskException.Reason.CHANNEL_FULL
                ? HttpStatus.TOO_MANY_REQUESTS
                : HttpStatus.SERVICE_UNAVAILABLE;
        ProblemDetail problem = problem(status, e);
        problem.setProperty("reason", e.reason());
        return ResponseEntity.status(status)
                .header(HttpHeaders.RETRY_AFTER, "1")
                .body(problem);
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    ProblemDetail databaseFailed(RuntimeException e) {
        log.error("The database failed", e);
        return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, "the database does not answer");
    }

    /** Spring's own says neither what was given, when it cannot be parsed, nor what is missing. */
    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMediaTypeNotSupported(
            HttpMediaTypeNotSupportedException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String given = request.getHeader(HttpHeaders.CONTENT_TYPE);
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                status,
                (given == null ? "there is no Content-Type" : "Content-Type '" + given + "' is not supported")
                        + ": supported here are " + e.getSupportedMediaTypes());
        return handleExceptionInternal(e, problem, headers, status, request);
    }

    private static ProblemDetail problem(HttpStatus status, Exception e) {
        return ProblemDetail.forStatusAndDetail(status, String.valueOf(e.getMessage()));
    }
}
