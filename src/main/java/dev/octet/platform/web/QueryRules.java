package dev.octet.platform.web;

import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemException.Entry;
import dev.octet.platform.ProblemKind;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * What every query of the interface has to keep to.
 *
 * <p>A parameter without a value is refused: Spring would take it for one that was left out, and a filter that somebody meant to set
 * would answer everything.
 */
final class QueryRules implements HandlerInterceptor {
    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        List<Entry> empty = request.getParameterMap().entrySet().stream()
                .filter(parameter -> Arrays.asList(parameter.getValue()).contains(""))
                .map(parameter -> new Entry(parameter.getKey(), "must not be empty; leave it out"))
                .toList();
        if (!empty.isEmpty()) {
            throw new ProblemException(
                    ProblemKind.MALFORMED, "INVALID_PARAMETER", "a query parameter has no value", empty);
        }
        return true;
    }
}
