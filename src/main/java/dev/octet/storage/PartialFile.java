package dev.octet.storage;

import dev.octet.platform.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;

/** A file that grows, held by its writer until closed. */
public final class PartialFile implements AutoCloseable {
    private static final int BUFFER = 1 << 17;
    /** How many bytes a power cut may cost. */
    private static final long STEP = 1L << 24;

    private final BlobDisk disk;
    private final Path path;
    private final Runnable letGo;

    PartialFile(BlobDisk disk, Path path, Runnable letGo) {
        this.disk = disk;
        this.path = path;
        this.letGo = letGo;
    }

    /**
     * Writes the stream's bytes from an offset on; what an earlier, unconfirmed write left there is overwritten.
     *
     * @param offset where the first byte goes, in bytes
     * @param limit the most bytes to take
     * @param safe told from time to time, also when the stream breaks, up to where the file is down on the disk
     * @return where the next byte goes, all before it being down on the disk
     * @throws IOException if the stream breaks
     * @throws ProblemException MALFORMED if the stream has more bytes, DISK_FULL, UNAVAILABLE
     */
    public long write(long offset, InputStream bytes, long limit, LongConsumer safe) throws IOException {
        try (FileChannel channel = open()) {
            Writing writing = new Writing(channel, offset, safe);
            try {
                copy(bytes, offset + limit, writing);
            } finally {
                writing.confirm();
            }
            return writing.at;
        }
    }

    private void copy(InputStream bytes, long end, Writing writing) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
            if (n > end - writing.at) {
                throw ProblemException.malformed(
                        "UPLOAD_LENGTH_EXCEEDED", "body", "has more bytes than the upload lacks");
            }
            writing.append(buffer, n);
            if (writing.at - writing.confirmed >= STEP) {
                disk.requireRoom(0);
                writing.confirm();
            }
        }
    }

    private FileChannel open() {
        FileChannel[] opened = new FileChannel[1];
        disk.onDisk(() -> opened[0] = FileChannel.open(path, StandardOpenOption.WRITE));
        return opened[0];
    }

    /** The file as an upload of that name, for {@link Uploads#take}; it must not be written any more. */
    public Resource whole(String filename) {
        return new FileSystemResource(path) {
            @Override
            public String getFilename() {
                return filename;
            }
        };
    }

    /** Lets go of the file. */
    @Override
    public void close() {
        letGo.run();
    }

    /** How far one write is. */
    private final class Writing {
        private final FileChannel channel;
        private final LongConsumer safe;
        private long at;
        private long confirmed;

        Writing(FileChannel channel, long offset, LongConsumer safe) {
            this.channel = channel;
            this.safe = safe;
            this.at = offset;
            this.confirmed = offset;
        }

        void append(byte[] buffer, int length) {
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
            disk.onDisk(() -> {
                while (bytes.hasRemaining()) {
                    channel.write(bytes, at + bytes.position());
                }
            });
            at += length;
        }

        void confirm() {
            if (at > confirmed) {
                disk.onDisk(() -> channel.force(false));
                safe.accept(at);
                confirmed = at;
            }
        }
    }
}
