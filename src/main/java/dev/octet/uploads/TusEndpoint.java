package dev.octet.uploads;

import dev.octet.platform.InRole;
import dev.octet.platform.OctetProperties;
import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemKind;
import dev.octet.platform.Role;
import dev.octet.storage.PartialFile;
import dev.octet.storage.PartialFiles;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import me.desair.tus.server.HttpMethod;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** Resumable uploads over HTTP: the tus protocol. */
@RestController
@InRole(Role.WEB)
class TusEndpoint {
    /** Where the model or dataset is that an upload has become. */
    private static final String RESOURCE = "Upload-Resource";

    private final StoredUploads uploads;
    private final PartialFiles files;
    private final Completion completion;
    private final UploadsProperties limits;
    private final long maxBytes;

    TusEndpoint(
            StoredUploads uploads,
            PartialFiles files,
            Completion completion,
            UploadsProperties limits,
            OctetProperties properties) {
        this.uploads = uploads;
        this.files = files;
        this.completion = completion;
        this.limits = limits;
        this.maxBytes = properties.maxUploadSize().toBytes();
    }

    @RequestMapping(
            path = {TusProtocol.PATH, TusProtocol.PATH + "/{id}"},
            method = RequestMethod.OPTIONS)
    void options(HttpServletRequest request, HttpServletResponse response) throws IOException {
        process(null, null, request, response);
        response.setHeader("Tus-Extension", TusProtocol.EXTENSIONS);
        // The servlet would add all methods that it knows.
        boolean one = !request.getRequestURI().endsWith(TusProtocol.PATH);
        response.setHeader(HttpHeaders.ALLOW, one ? "DELETE, GET, HEAD, OPTIONS, PATCH" : "OPTIONS, POST");
    }

    @RequestMapping(path = TusProtocol.PATH, method = RequestMethod.POST)
    void create(HttpServletRequest request, HttpServletResponse response) throws IOException {
        process(null, null, request, response);
    }

    /** POST is for clients that may not send the other methods, with {@code X-HTTP-Method-Override}. */
    @RequestMapping(
            path = TusProtocol.PATH + "/{id}",
            method = {RequestMethod.HEAD, RequestMethod.PATCH, RequestMethod.DELETE, RequestMethod.POST})
    void upload(@PathVariable UUID id, HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Tus-Resumable", TusProtocol.VERSION);
        HttpMethod method = HttpMethod.getMethodIfSupported(request, EnumSet.allOf(HttpMethod.class));
        Upload upload = uploads.get(id);
        if (upload.isReceiving() && (method != HttpMethod.HEAD || upload.isWhole())) {
            try (PartialFile file = files.hold(id).orElseThrow(TusEndpoint::locked)) {
                exchange(uploads.get(id), file, method, request, response);
            }
        } else {
            exchange(upload, null, method, request, response);
        }
    }

    private void exchange(
            Upload upload,
            @Nullable PartialFile file,
            @Nullable HttpMethod method,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (upload.refusal() != null && method != HttpMethod.DELETE) {
            throw upload.refusal().problem();
        }
        process(upload, file, request, response);
        if (method == HttpMethod.DELETE) {
            return;
        }
        Upload after = uploads.get(upload.id());
        if (file != null && after.isWhole()) {
            after = completion.complete(after, file);
        }
        if (after.location() != null) {
            response.setHeader(RESOURCE, after.location());
        }
    }

    private void process(
            @Nullable Upload upload,
            @Nullable PartialFile file,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        boolean checked = request.getHeader("Upload-Checksum") != null;
        TusStorage storage = new TusStorage(uploads, files, upload, file, maxBytes, limits.expireAfter(), checked);
        new TusProtocol(storage).process(request, new WithoutLength(response));
    }

    private static ProblemException locked() {
        return new ProblemException(
                ProblemKind.LOCKED, "UPLOAD_LOCKED", "another request has the upload in hand", List.of());
    }

    /** An answer whose length is told by what is written: where a problem follows, it is not the library's 0. */
    private static final class WithoutLength extends HttpServletResponseWrapper {
        WithoutLength(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void setHeader(String name, String value) {
            if (!name.equalsIgnoreCase(HttpHeaders.CONTENT_LENGTH)) {
                super.setHeader(name, value);
            }
        }
    }
}
