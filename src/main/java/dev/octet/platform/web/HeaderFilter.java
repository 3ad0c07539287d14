package dev.octet.platform.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Sets the headers that keep browsers and caches from harm. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class HeaderFilter extends OncePerRequestFilter {
    /** Swagger UI writes styles into its elements; scripts come from this server alone. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline';"
            + " img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        if (request.getRequestURI().startsWith("/v1/")) {
            // Answers may be kept but must be asked for again: jobs change, resources are deleted.
            response.setHeader(HttpHeaders.CACHE_CONTROL, "private, no-cache");
        }
        chain.doFilter(request, response);
    }
}
