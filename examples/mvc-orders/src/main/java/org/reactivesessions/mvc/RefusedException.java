package org.reactivesessions.mvc;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** A transfer is not carried out; its client hears why. */
final class RefusedException extends ErrorResponseException {

    private static final long serialVersionUID = 1L;

    RefusedException(HttpStatus status, String reason) {
        super(status, ProblemDetail.forStatusAndDetail(status, reason), null);
    }
}
