package dev.octet.webhooks;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A delivery that is still to be made.
 *
 * @param id its id, by which receivers know a repetition
 * @param url where it goes
 * @param body the job as it was
 * @param secret what it is signed with; null if it is not
 * @param attempts how many have failed
 */
record Delivery(UUID id, String url, String body, @Nullable String secret, int attempts) {
    @Override
    public String toString() {
        return "delivery " + id;
    }
}
