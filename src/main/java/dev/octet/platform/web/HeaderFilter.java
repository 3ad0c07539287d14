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
    /** Everything comes from this server alone, and as a file. */
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /** Swagger UI writes styles into its elements, and pictures into its styles. */
    private static final String POLICY_OF_SWAGGER =
            CONTENT_SECURITY_POLICY + "; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        boolean swagger = request.getRequestURI().startsWith("/swagger-ui");
        response.setHeader("Content-Security-Policy", swagger ? POLICY_OF_SWAGGER : CONTENT_SECURITY_POLICY);
        if (request.getRequestURI().startsWith("/v1/")) {
            // Answers may be kept but must be asked for again: jobs change, resources are deleted.
            response.setHeader(HttpHeaders.CACHE_CONTROL, "private, no-cache");
        }
        chain.doFilter(request, response);
    }
}
