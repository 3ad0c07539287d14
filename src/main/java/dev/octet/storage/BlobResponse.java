package dev.octet.storage;

import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemKind;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRange;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Answers a blob as a download, whole or in part.
 *
 * <p>Ranges and conditions follow RFC 9110, the digest RFC 9530. A range header that is malformed, or asks for more than the whole,
 * is ignored, as the RFC allows.
 */
public final class BlobResponse {
    private BlobResponse() {}

    /**
     * The answer to a GET of the blob's content.
     *
     * @param bytes the blob's bytes
     * @param sha256 its hash, which becomes ETag and digest
     * @param filename the name under which browsers save it
     * @param range the request's {@code Range}
     * @throws ProblemException RANGE_NOT_SATISFIABLE if no range lies within the blob
     */
    public static ResponseEntity<Resource> of(Resource bytes, String sha256, String filename, @Nullable String range)
            throws IOException {
        long length = bytes.contentLength();
        String etag = '"' + sha256 + '"';
        HttpHeaders headers = new HttpHeaders();
        headers.setContentType(MediaType.APPLICATION_OCTET_STREAM);
        headers.setETag(etag);
        headers.set("Repr-Digest", digest(sha256));
        headers.set(HttpHeaders.ACCEPT_RANGES, "bytes");
        headers.setContentDisposition(ContentDisposition.attachment()
                .filename(filename, StandardCharsets.UTF_8)
                .build());
        HttpServletRequest request = request();
        if (request.getMethod().equals("HEAD")) {
            // The container would read the whole file to throw it away.
            headers.setContentLength(length);
            return ResponseEntity.ok().headers(headers).build();
        }
        // A condition that holds comes before any range: Spring answers it with 304.
        String known = request.getHeader(HttpHeaders.IF_NONE_MATCH);
        boolean unchanged =
                known != null && (known.contains(etag) || known.strip().equals("*"));
        if (range == null || unchanged || isUsable(range, length, etag, request.getHeader(HttpHeaders.IF_RANGE))) {
            return ResponseEntity.ok().headers(headers).body(bytes);
        }
        // This kind of resource is the one that Spring never cuts into ranges.
        headers.setContentLength(length);
        return ResponseEntity.ok().headers(headers).body(new InputStreamResource(bytes));
    }

    private static String digest(String sha256) {
        return "sha-256=:" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256)) + ":";
    }

    /** Whether the ranges are to be served; false if the whole is to be answered instead. */
    private static boolean isUsable(String range, long length, String etag, @Nullable String ifRange) {
        if (ifRange != null && !ifRange.equals(etag)) {
            return false;
        }
        try {
            List<HttpRange> ranges = HttpRange.parseRanges(range);
            if (ranges.isEmpty()) {
                return false;
            }
            long within = ranges.stream()
                    .filter(one -> one.getRangeStart(length) < length)
                    .count();
            if (within == 0) {
                throw unsatisfiable(length);
            }
            long asked = ranges.stream()
                    .mapToLong(one -> one.getRangeEnd(length) - one.getRangeStart(length) + 1)
                    .sum();
            return within == ranges.size() && (ranges.size() == 1 || asked < length);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static ProblemException unsatisfiable(long length) {
        return new ProblemException(
                        ProblemKind.RANGE_NOT_SATISFIABLE,
                        "RANGE_NOT_SATISFIABLE",
                        "no range asked for lies within the file of " + length + " bytes",
                        List.of())
                .withHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + length);
    }

    private static HttpServletRequest request() {
        return ((ServletRequestAttributes) RequestContextHolder.currentRequestAttributes()).getRequest();
    }
}
