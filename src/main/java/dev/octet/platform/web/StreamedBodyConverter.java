package dev.octet.platform.web;

import dev.octet.platform.ProblemException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.ResourceHttpMessageConverter;

/**
 * Hands an upload on as a stream, neither to heap nor to disk.
 *
 * <p>Takes the file itself, or a form that holds it. Spring's own converter reads the whole body into memory first.
 */
final class StreamedBodyConverter extends ResourceHttpMessageConverter {
    private static final List<MediaType> STREAMED = List.of(
            MediaType.APPLICATION_OCTET_STREAM,
            MediaType.MULTIPART_FORM_DATA,
            MediaType.IMAGE_PNG,
            MediaType.IMAGE_JPEG,
            MediaType.TEXT_PLAIN);

    private final long limit;

    /** @param limitBytes the most bytes of a body */
    StreamedBodyConverter(long limitBytes) {
        this.limit = limitBytes;
    }

    @Override
    public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
        return type == Resource.class
                && STREAMED.stream().anyMatch(streamed -> streamed.equalsTypeAndSubtype(mediaType));
    }

    @Override
    protected Resource readInternal(Class<? extends Resource> type, HttpInputMessage message) throws IOException {
        long length = message.getHeaders().getContentLength();
        if (length > limit) {
            throw ProblemException.tooLarge(limit);
        }
        return MediaType.MULTIPART_FORM_DATA.equalsTypeAndSubtype(
                        message.getHeaders().getContentType())
                ? FormFile.of(message)
                : new StreamedBody(message.getBody(), length, null);
    }
}
