package dev.octet.platform.web;

import dev.octet.platform.Ids;
import dev.octet.platform.RequestNames;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Names each request, in log, answer and problems alike. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class RequestNameFilter extends OncePerRequestFilter {
    private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final Ids ids;

    RequestNameFilter(Ids ids) {
        this.ids = ids;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String given = request.getHeader(RequestNames.HEADER);
        String name = given != null && ACCEPTED.matcher(given).matches()
                ? given
                : ids.next().toString().replace("-", "");
        request.setAttribute(RequestNames.REQUEST_ID, name);
        response.setHeader(RequestNames.HEADER, name);
        MDC.put(RequestNames.REQUEST_ID, name);
        try {
            chain.doFilter(request, response);
        } finally {
            MDC.remove(RequestNames.REQUEST_ID);
        }
    }
}
