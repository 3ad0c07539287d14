package dev.octet.platform.web;

import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemKind;
import dev.octet.platform.Problems;
import dev.octet.platform.RequestNames;
import dev.octet.platform.ThrownProblems;
import dev.octet.platform.api.model.Problem;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.ClientAbortException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/** Answers every exception as a problem, the only place that does. */
@RestControllerAdvice
class ProblemAdvice {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

    private final ThrownProblems problems;

    ProblemAdvice(ThrownProblems problems) {
        this.problems = problems;
    }

    @ExceptionHandler(Throwable.class)
    @Nullable
    ResponseEntity<Problem> answer(Throwable thrown, HttpServletRequest request, HttpServletResponse response) {
        if (clientIsGone(thrown) || response.isCommitted()) {
            LOG.debug("{} {} was cut off: {}", request.getMethod(), request.getRequestURI(), thrown.toString());
            return null;
        }
        ProblemException problem = problems.of(thrown);
        log(problem, thrown, request);
        response.resetBuffer();
        HttpHeaders headers = new HttpHeaders();
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        headers.setCacheControl("no-store");
        problem.headers().forEach(headers::set);
        problem.kind()
                .retryAfter()
                .ifPresent(wait -> headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(wait.toSeconds())));
        return ResponseEntity.status(problem.kind().status())
                .headers(headers)
                .body(Problems.describe(problem, instance(request), RequestNames.of(request)));
    }

    /** The address that the client asked for, also where the container has sent the request elsewhere since. */
    private static String instance(HttpServletRequest request) {
        return request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String original
                ? original
                : request.getRequestURI();
    }

    private static boolean clientIsGone(Throwable thrown) {
        return ThrownProblems.causes(thrown)
                .anyMatch(cause ->
                        cause instanceof ClientAbortException || cause instanceof AsyncRequestNotUsableException);
    }

    private static void log(ProblemException problem, Throwable thrown, HttpServletRequest request) {
        String what = request.getMethod() + " " + request.getRequestURI();
        if (problem.kind() == ProblemKind.INTERNAL) {
            LOG.error("{} failed", what, thrown);
        } else if (problem.kind().isUsers()) {
            LOG.debug("{}: {} {}", what, problem.code(), problem.getMessage());
        } else {
            LOG.warn("{}: {} {} ({})", what, problem.code(), problem.getMessage(), String.valueOf(thrown));
        }
    }
}
