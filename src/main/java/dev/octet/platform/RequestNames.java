package dev.octet.platform;

import jakarta.servlet.http.HttpServletRequest;

/** Where the request's name for log and problems is found. */
public final class RequestNames {
    /** Key in the logging context (MDC), also the request attribute. */
    public static final String REQUEST_ID = "requestId";

    /** Header in which a client may give the name, and in which it is answered. */
    public static final String HEADER = "X-Request-Id";

    private RequestNames() {}

    /** The name of this request in the log; "unknown" before it got one. */
    public static String of(HttpServletRequest request) {
        return request.getAttribute(REQUEST_ID) instanceof String name ? name : "unknown";
    }
}
