package org.reactivesessions.spring.boot.webflux;

import java.net.URI;
import java.util.Objects;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.spring.web.SessionProblems;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

// spotless:off
// tag::advice[]
@RestControllerAdvice
class OutOfTime {

    @ExceptionHandler
    ErrorResponse answer(TransactionTimeoutException timeout) {
        ErrorResponse problem = Objects.requireNonNull(SessionProblems.of(timeout));
        problem.getBody().setInstance(URI.create("/help/slow-reports"));
        return problem;
    }
}
// end::advice[]
// spotless:on
