package dev.octet.platform.web;

import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemKind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.tomcat.util.http.fileupload.FileItemIterator;
import org.apache.tomcat.util.http.fileupload.FileItemStream;
import org.apache.tomcat.util.http.fileupload.FileUpload;
import org.apache.tomcat.util.http.fileupload.FileUploadException;
import org.apache.tomcat.util.http.fileupload.UploadContext;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.MediaType;

/**
 * The one file of a form, read as it arrives.
 *
 * <p>The form must hold one part, named {@code file}, and must be whole: its end is looked for when the file has been read, before
 * the reader sees the file's end.
 */
final class FormFile extends FilterInputStream {
    private static final String PART = "file";

    private final FileItemIterator parts;

    private FormFile(InputStream file, FileItemIterator parts) {
        super(file);
        this.parts = parts;
    }

    static StreamedBody of(HttpInputMessage form) throws IOException {
        try {
            FileUpload upload = new FileUpload();
            upload.setHeaderEncoding("UTF-8");
            FileItemIterator parts = upload.getItemIterator(new Form(form));
            FileItemStream part = parts.hasNext() ? parts.next() : null;
            if (part == null || !PART.equals(part.getFieldName())) {
                throw form("must be the first and only part of the form", part == null ? "none" : part.getFieldName());
            }
            return new StreamedBody(new FormFile(part.openStream(), parts), -1, part.getName());
        } catch (FileUploadException e) {
            throw broken(e);
        }
    }

    private static ProblemException form(String message, String found) {
        return new ProblemException(
                ProblemKind.MALFORMED,
                "MALFORMED_FORM",
                "the part 'file' " + message + "; found: " + found,
                List.of(new ProblemException.Entry(PART, message)));
    }

    private static ProblemException broken(IOException e) {
        return new ProblemException(
                        ProblemKind.MALFORMED, "MALFORMED_FORM", "the form is broken: " + e.getMessage(), List.of())
                .causedBy(e);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = super.read(bytes, offset, length);
        if (n < 0) {
            requireEnd();
        }
        return n;
    }

    private void requireEnd() throws IOException {
        try {
            if (parts.hasNext()) {
                throw form(
                        "must be the only part of the form",
                        String.valueOf(parts.next().getFieldName()));
            }
        } catch (FileUploadException e) {
            throw broken(e);
        }
    }

    /** The request as the parser sees it. */
    private record Form(HttpInputMessage message) implements UploadContext {
        @Override
        public String getCharacterEncoding() {
            return "UTF-8";
        }

        @Override
        public String getContentType() {
            MediaType type = message.getHeaders().getContentType();
            return type == null ? MediaType.MULTIPART_FORM_DATA_VALUE : type.toString();
        }

        @Override
        public long contentLength() {
            return message.getHeaders().getContentLength();
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return message.getBody();
        }
    }
}
