package dev.octet.platform.web;

import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemException.Entry;
import dev.octet.platform.ProblemKind;
import dev.octet.platform.ProblemTranslator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.validation.BindingResult;
import org.springframework.validation.FieldError;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Tells what is wrong with a request: its path, method, parameters, headers, media types. */
@Component
final class RequestProblems implements ProblemTranslator {
    @Override
    public Optional<ProblemException> translate(Throwable exception) {
        return Optional.ofNullable(
                switch (exception) {
                    case MethodArgumentNotValidException invalid -> body(entries("", invalid.getBindingResult()));
                    case HandlerMethodValidationException invalid -> parameters(invalid);
                    case MethodArgumentTypeMismatchException mismatch ->
                        ProblemException.malformed(
                                "INVALID_PARAMETER",
                                mismatch.getName(),
                                "must be " + wanted(mismatch.getRequiredType()) + ", not '" + mismatch.getValue()
                                        + "'");
                    case MissingServletRequestParameterException missing ->
                        ProblemException.malformed("MISSING_PARAMETER", missing.getParameterName(), "is missing");
                    case MissingRequestHeaderException missing ->
                        ProblemException.malformed("MISSING_HEADER", missing.getHeaderName(), "is missing");
                    case HttpRequestMethodNotSupportedException method -> method(method);
                    case HttpMediaTypeNotSupportedException type -> mediaType(type);
                    case HttpMediaTypeNotAcceptableException accept ->
                        problem(
                                ProblemKind.NOT_ACCEPTABLE,
                                "NOT_ACCEPTABLE",
                                "this resource has none of the media types asked for, but "
                                        + join(accept.getSupportedMediaTypes()));
                    case InvalidParameterException query ->
                        ProblemException.malformed(
                                "INVALID_PARAMETER",
                                "query",
                                "can't be read: a part of it has no name, or is not encoded");
                    case NoResourceFoundException none -> noRoute();
                    case NoHandlerFoundException none -> noRoute();
                    case ErrorResponse other -> other(other);
                    default -> null;
                });
    }

    private static ProblemException problem(ProblemKind kind, String code, String message) {
        return new ProblemException(kind, code, message, List.of());
    }

    private static ProblemException noRoute() {
        return ProblemException.notFound("NOT_FOUND", "there is nothing at this address; /openapi.yaml lists all");
    }

    private static ProblemException method(HttpRequestMethodNotSupportedException e) {
        String allowed = e.getSupportedHttpMethods() == null
                ? ""
                : e.getSupportedHttpMethods().stream()
                        .map(String::valueOf)
                        .sorted()
                        .collect(Collectors.joining(", "));
        return problem(
                        ProblemKind.METHOD_NOT_ALLOWED,
                        "METHOD_NOT_ALLOWED",
                        "this resource takes " + allowed + ", not " + e.getMethod())
                .withHeader(HttpHeaders.ALLOW, allowed);
    }

    private static ProblemException mediaType(HttpMediaTypeNotSupportedException e) {
        return problem(
                        ProblemKind.UNSUPPORTED_MEDIA_TYPE,
                        "UNSUPPORTED_MEDIA_TYPE",
                        "the body must be " + join(e.getSupportedMediaTypes()) + ", not "
                                + (e.getContentType() == null ? "of no type" : e.getContentType()))
                .withHeader(HttpHeaders.ACCEPT, MediaType.toString(e.getSupportedMediaTypes()));
    }

    private static String join(List<MediaType> types) {
        return types.stream().map(MediaType::toString).collect(Collectors.joining(" or "));
    }

    private static ProblemException other(ErrorResponse other) {
        ProblemKind kind = ProblemKind.ofStatus(other.getStatusCode().value())
                .orElse(other.getStatusCode().is4xxClientError() ? ProblemKind.MALFORMED : ProblemKind.INTERNAL);
        String detail = other.getBody().getDetail();
        return problem(kind, kind.name(), detail == null ? kind.title().toLowerCase(Locale.ROOT) : detail);
    }

    /** A body that can be read and has these faults. */
    static ProblemException body(List<Entry> errors) {
        return ProblemException.unprocessable("INVALID_BODY", say(errors), errors);
    }

    /** A fault in a parameter or header is 400; where only the body is at fault it is 422. */
    private static ProblemException parameters(HandlerMethodValidationException invalid) {
        List<Entry> errors = invalid.getParameterValidationResults().stream()
                .flatMap(RequestProblems::entries)
                .toList();
        boolean onlyBody = invalid.getParameterValidationResults().stream().allMatch(ParameterErrors.class::isInstance);
        return onlyBody
                ? body(errors)
                : new ProblemException(ProblemKind.MALFORMED, "INVALID_PARAMETER", say(errors), errors);
    }

    private static Stream<Entry> entries(ParameterValidationResult result) {
        if (result instanceof ParameterErrors body) {
            return body.getFieldErrors().stream().map(RequestProblems::entry);
        }
        String name = ParameterNames.of(result.getMethodParameter());
        return result.getResolvableErrors().stream().map(error -> new Entry(name, message(error)));
    }

    private static List<Entry> entries(String name, BindingResult result) {
        return result.getAllErrors().stream()
                .map(error -> error instanceof FieldError field ? entry(field) : new Entry(name, message(error)))
                .toList();
    }

    private static Entry entry(FieldError field) {
        return new Entry(field.getField(), message(field));
    }

    private static String message(MessageSourceResolvable error) {
        return error.getDefaultMessage() == null ? "is invalid" : error.getDefaultMessage();
    }

    private static String say(List<Entry> errors) {
        return errors.stream()
                .limit(5)
                .map(error -> error.path() + " " + error.message())
                .sorted()
                .collect(Collectors.joining("; "));
    }

    private static String wanted(@Nullable Class<?> type) {
        return type == null ? "another value" : BodyProblems.wanted(type);
    }
}
