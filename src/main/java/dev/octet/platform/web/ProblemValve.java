package dev.octet.platform.web;

import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemKind;
import dev.octet.platform.Problems;
import dev.octet.platform.RequestNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/** Answers as problems what Tomcat refuses by itself, such as a malformed path; made by Tomcat. */
public final class ProblemValve extends ErrorReportValve {
    private static final JsonMapper JSON = new JsonMapper();

    @Override
    protected void report(Request request, Response response, Throwable throwable) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        ProblemException problem = ProblemKind.ofStatus(status)
                .filter(kind -> throwable == null)
                .map(kind -> new ProblemException(
                        kind,
                        kind == ProblemKind.MALFORMED ? "MALFORMED_REQUEST" : kind.name(),
                        say(response),
                        List.of()))
                .orElseGet(() -> new ProblemException(
                        ProblemKind.INTERNAL, "INTERNAL", "the service failed; its log says why", List.of()));
        String instance = request.getDecodedRequestURI() == null ? "/" : request.getDecodedRequestURI();
        byte[] body = JSON.writeValueAsBytes(Problems.describe(problem, instance, RequestNames.of(request)));
        try {
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.setContentLength(body.length);
            response.getReporter().write(new String(body, StandardCharsets.UTF_8));
            response.finishResponse();
        } catch (IOException | IllegalStateException e) {
            // The client has gone, which is the only way that this answer can fail.
            container.getLogger().debug("no problem answered", e);
        }
    }

    private static String say(Response response) {
        String message = response.getMessage();
        return message == null || message.isBlank() ? "the request is malformed" : message;
    }
}
