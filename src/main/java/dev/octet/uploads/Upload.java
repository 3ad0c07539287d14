package dev.octet.uploads;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A resumable upload as it stands.
 *
 * @param id its id
 * @param metadata the client's header as it was sent
 * @param said what the header says
 * @param length how many bytes it has when whole
 * @param received how many of them, from the first, are down on the disk
 * @param state what became of it
 * @param resource the id of the model or dataset that it became; null unless STORED
 * @param refusal why it was not taken; null unless REFUSED
 * @param createdAt when it was announced
 * @param expiresAt when it is forgotten
 */
record Upload(
        UUID id,
        String metadata,
        UploadMetadata said,
        long length,
        long received,
        State state,
        @Nullable UUID resource,
        @Nullable Refusal refusal,
        Instant createdAt,
        Instant expiresAt) {
    /** What became of an upload. */
    enum State {
        /** Bytes are missing, or it is being looked at. */
        RECEIVING,
        /** It is a model or dataset now; its own bytes are gone. */
        STORED,
        /** It was whole and not taken; its bytes are gone. */
        REFUSED
    }

    boolean isReceiving() {
        return state == State.RECEIVING;
    }

    /** Whether all bytes are there and nobody has looked at them to the end. */
    boolean isWhole() {
        return isReceiving() && received == length;
    }

    /** Where the model or dataset is; null unless STORED. */
    @Nullable
    String location() {
        return resource == null ? null : said.kind().location(resource);
    }
}
