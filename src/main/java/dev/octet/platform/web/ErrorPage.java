package dev.octet.platform.web;

import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemKind;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Where the container sends what failed outside of any handler. */
@RestController
class ErrorPage implements ErrorController {
    /** Throws what failed again, so that it is answered as every other problem. */
    @RequestMapping("${spring.web.error.path:/error}")
    void failed(HttpServletRequest request) throws Throwable {
        if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable thrown) {
            throw thrown;
        }
        int status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code ? code : 404;
        ProblemKind kind = ProblemKind.ofStatus(status)
                .orElse(status >= 400 && status < 500 ? ProblemKind.MALFORMED : ProblemKind.INTERNAL);
        throw new ProblemException(kind, kind.name(), kind.title(), List.of());
    }
}
