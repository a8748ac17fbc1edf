package org.reactivesessions.orders.web;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.server.ServerWebInputException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Why something of a request could not be read, in words for its client: nothing it has sent is repeated, no class is named. */
final class Unreadable {

    private Unreadable() {}

    static String said(ServerWebInputException refused) {
        MethodParameter parameter = refused.getMethodParameter();
        if (parameter != null && !parameter.hasParameterAnnotation(RequestBody.class)) {
            return "the number of an account is a whole number, as in /accounts/1";
        }
        return why(jacksonCause(refused)) + "; " + Problems.EXAMPLE;
    }

    private static String why(@Nullable JacksonException cause) {
        if (cause instanceof StreamReadException malformed) {
            return "the body is not JSON"
                    + (malformed.getLocation() == null
                            ? ""
                            : " (line " + malformed.getLocation().getLineNr() + ", column "
                                    + malformed.getLocation().getColumnNr() + ")");
        }
        if (cause instanceof UnrecognizedPropertyException) {
            return "the body has a property that a transfer has not";
        }
        if (cause != null && !cause.getPath().isEmpty()) {
            return path(cause.getPath()) + " must be a whole number";
        }
        return cause == null ? "the body is missing" : "the body is not an object";
    }

    private static String path(List<JacksonException.Reference> path) {
        return path.stream()
                .map(JacksonException.Reference::getPropertyName)
                .map(String::valueOf)
                .collect(Collectors.joining("."));
    }

    private static @Nullable JacksonException jacksonCause(Throwable error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            if (each instanceof JacksonException found) {
                return found;
            }
        }
        return null;
    }
}
