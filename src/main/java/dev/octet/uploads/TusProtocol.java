package dev.octet.uploads;

import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemException.Entry;
import dev.octet.platform.ProblemKind;
import java.util.List;
import me.desair.tus.server.HttpMethod;
import me.desair.tus.server.TusFileUploadService;
import me.desair.tus.server.exception.TusException;
import me.desair.tus.server.upload.UploadStorageService;
import me.desair.tus.server.util.TusServletRequest;
import me.desair.tus.server.util.TusServletResponse;

/**
 * The library's understanding of tus requests, over storage and problems of our own.
 *
 * <p><a href="https://tus.io/protocols/resumable-upload">Resumable upload protocol</a> 1.0.0. Nothing of the library's storage on disk,
 * its locks, its downloads and its concatenation is used.
 */
final class TusProtocol extends TusFileUploadService {
    static final String PATH = "/v1/uploads";
    static final String VERSION = "1.0.0";

    /** What is served: the library would add lengths told later and checksums in trailers. */
    static final String EXTENSIONS = "creation,checksum,termination,expiration";

    private final long maxBytes;

    TusProtocol(UploadStorageService storage) {
        this.maxBytes = storage.getMaxUploadSize();
        withUploadUri(PATH);
        withUploadStorageService(storage);
        withUploadLockingService(new HeldByCaller());
        disableTusExtension("concatenation");
    }

    @Override
    protected void processTusException(
            HttpMethod method,
            TusServletRequest request,
            TusServletResponse response,
            String owner,
            TusException exception) {
        throw problem(exception);
    }

    private ProblemException problem(TusException exception) {
        String message = String.valueOf(exception.getMessage());
        return switch (exception.getStatus()) {
            case 404 -> ProblemException.notFound("UPLOAD_NOT_FOUND", "there is no such upload");
            case 405 -> problem(ProblemKind.METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message);
            // The library answers 406, where the protocol wants 415.
            case 406 ->
                problem(ProblemKind.UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message)
                        .withHeader("Accept-Patch", "application/offset+octet-stream");
            case 409 ->
                new ProblemException(
                        ProblemKind.CONFLICT,
                        "UPLOAD_OFFSET_MISMATCH",
                        message,
                        List.of(new Entry("Upload-Offset", message)));
            case 412 ->
                problem(ProblemKind.PRECONDITION_FAILED, "UNSUPPORTED_TUS_VERSION", message)
                        .withHeader("Tus-Version", VERSION);
            case 413 -> ProblemException.tooLarge(maxBytes);
            case 460 -> problem(ProblemKind.CHECKSUM_MISMATCH, "CHECKSUM_MISMATCH", message);
            default -> problem(ProblemKind.MALFORMED, "MALFORMED_UPLOAD_REQUEST", message);
        };
    }

    private static ProblemException problem(ProblemKind kind, String code, String message) {
        return new ProblemException(kind, code, message, List.of());
    }
}
