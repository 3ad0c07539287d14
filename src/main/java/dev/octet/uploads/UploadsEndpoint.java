package dev.octet.uploads;

import dev.octet.platform.InRole;
import dev.octet.platform.Problems;
import dev.octet.platform.Role;
import dev.octet.platform.api.UploadsApi;
import dev.octet.platform.api.model.Problem;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

/** What became of resumable uploads, over HTTP. */
@RestController
@InRole(Role.WEB)
class UploadsEndpoint implements UploadsApi {
    private final StoredUploads uploads;

    UploadsEndpoint(StoredUploads uploads) {
        this.uploads = uploads;
    }

    @Override
    public ResponseEntity<dev.octet.platform.api.model.Upload> getUpload(UUID id) {
        return ResponseEntity.ok(answer(uploads.get(id)));
    }

    private static dev.octet.platform.api.model.Upload answer(Upload upload) {
        return new dev.octet.platform.api.model.Upload(
                        upload.id(),
                        dev.octet.platform.api.model.Upload.KindEnum.valueOf(
                                upload.said().kind().name()),
                        dev.octet.platform.api.model.Upload.StateEnum.valueOf(
                                upload.state().name()),
                        upload.length(),
                        upload.received(),
                        upload.createdAt().atOffset(ZoneOffset.UTC),
                        upload.expiresAt().atOffset(ZoneOffset.UTC))
                .name(upload.said().name())
                .filename(upload.said().filename())
                .resourceId(upload.resource())
                .location(upload.location())
                .error(error(upload));
    }

    private static @Nullable Problem error(Upload upload) {
        return upload.refusal() == null
                ? null
                : Problems.describe(
                        upload.refusal().problem(),
                        TusProtocol.PATH + "/" + upload.id(),
                        upload.id().toString());
    }
}
