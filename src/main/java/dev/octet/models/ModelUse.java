package dev.octet.models;

import java.util.Optional;
import java.util.UUID;

/** Says what still needs a model, so that it is not deleted. */
public interface ModelUse {
    /**
     * What uses the model, in words such as "job 0197…"; empty if nothing does.
     *
     * <p>Called in the transaction that would delete it, after {@link Models#hold} of others has ended or before it begins.
     */
    Optional<String> of(UUID modelId);
}
