package dev.octet.platform.web;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.AbstractResource;

/** A request body that is read once, as it arrives. */
final class StreamedBody extends AbstractResource {
    private final InputStream stream;
    private final long length;
    private final @Nullable String filename;
    private boolean taken;

    /**
     * @param length how many bytes were announced; -1 where that is not known
     * @param filename the client's name of the file, where it gave one
     */
    StreamedBody(InputStream stream, long length, @Nullable String filename) {
        this.stream = stream;
        this.length = length;
        this.filename = filename;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        if (taken) {
            throw new IOException("a request body is read only once");
        }
        taken = true;
        return stream;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean exists() {
        return true;
    }

    @Override
    public long contentLength() {
        return length;
    }

    @Override
    public @Nullable String getFilename() {
        return filename;
    }

    @Override
    public String getDescription() {
        return "request body";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
