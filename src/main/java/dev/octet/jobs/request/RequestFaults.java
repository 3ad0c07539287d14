package dev.octet.jobs.request;

import dev.octet.engine.Finding;
import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemException.Entry;
import dev.octet.platform.ProblemTranslator;
import dev.octet.platform.api.model.JobRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.validation.Errors;
import org.springframework.validation.FieldError;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;

/** Adds faults of meaning to a job request's faults of shape, so that one answer tells them all. */
@Component
class RequestFaults implements ProblemTranslator {
    private final RequestCheck check;

    RequestFaults(RequestCheck check) {
        this.check = check;
    }

    @Override
    public Optional<ProblemException> translate(Throwable exception) {
        return switch (exception) {
            case MethodArgumentNotValidException invalid -> translate(invalid, invalid.getTarget());
            case HandlerMethodValidationException invalid
            when invalid.getParameterValidationResults().size() == 1
                    && invalid.getParameterValidationResults().getFirst() instanceof ParameterErrors body ->
                translate(body, body.getArgument());
            default -> Optional.empty();
        };
    }

    private Optional<ProblemException> translate(Errors shape, @Nullable Object target) {
        if (!(target instanceof JobRequest request)) {
            return Optional.empty();
        }
        Stream<Entry> ofShape = shape.getFieldErrors().stream().map(RequestFaults::entry);
        Stream<Entry> ofMeaning = check.lookUp(request).stream().map(RequestFaults::entry);
        List<Entry> all = Stream.concat(ofShape, ofMeaning).toList();
        return Optional.of(ProblemException.unprocessable(
                "INVALID_BODY",
                all.getFirst().path() + ": " + all.getFirst().message()
                        + (all.size() == 1 ? "" : " (and " + (all.size() - 1) + " more)"),
                all));
    }

    private static Entry entry(FieldError error) {
        String message = error.getDefaultMessage();
        return new Entry(error.getField(), message == null ? "is invalid" : message);
    }

    private static Entry entry(Finding finding) {
        return new Entry(finding.path(), finding.message());
    }
}
