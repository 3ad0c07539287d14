package dev.octet.platform.web;

import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;

/** The names that clients know parameters by. */
final class ParameterNames {
    private ParameterNames() {}

    /** The name in the query, the path or the headers; that of the Java parameter where no annotation gives one. */
    static String of(MethodParameter parameter) {
        RequestParam query = parameter.getParameterAnnotation(RequestParam.class);
        RequestHeader header = parameter.getParameterAnnotation(RequestHeader.class);
        PathVariable path = parameter.getParameterAnnotation(PathVariable.class);
        String name = query != null ? query.name() : header != null ? header.name() : path != null ? path.name() : "";
        String java = parameter.getParameterName();
        return !name.isEmpty() ? name : java == null ? "parameter" : java;
    }
}
