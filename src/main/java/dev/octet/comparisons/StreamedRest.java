package dev.octet.comparisons;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.springframework.core.io.AbstractResource;

/** A body whose first bytes were looked at; can be read once. */
final class StreamedRest extends AbstractResource {
    private final byte[] head;
    private final InputStream rest;
    private final long length;

    StreamedRest(byte[] head, InputStream rest, long length) {
        this.head = head;
        this.rest = rest;
        this.length = length;
    }

    @Override
    public String getDescription() {
        return "samples";
    }

    @Override
    public long contentLength() {
        return length;
    }

    @Override
    public InputStream getInputStream() {
        return new SequenceInputStream(new ByteArrayInputStream(head), rest);
    }
}
