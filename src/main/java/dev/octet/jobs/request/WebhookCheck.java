package dev.octet.jobs.request;

import dev.octet.engine.Finding;
import dev.octet.engine.Finding.Severity;
import dev.octet.platform.api.model.Webhook;
import dev.octet.platform.network.ReachableNetworks;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds what is wrong with a webhook as far as its text tells; its name is looked up when it is called. */
@Component
class WebhookCheck {
    private static final Set<String> SCHEMES = Set.of("https", "http");
    private static final int MAX_URL = 2000;
    private static final int MIN_KEY_BYTES = 24;
    private static final int MAX_KEY_BYTES = 64;

    private final ReachableNetworks networks;

    WebhookCheck(ReachableNetworks networks) {
        this.networks = networks;
    }

    List<Finding> findings(Webhook webhook) {
        List<Finding> findings = new ArrayList<>();
        URI url = webhook.getUrl();
        String host = url == null ? null : url.getHost();
        if (url == null || host == null || !SCHEMES.contains(String.valueOf(url.getScheme()))) {
            findings.add(fault("url", "INVALID_WEBHOOK", "must be an absolute http or https address"));
        } else if (url.toString().length() > MAX_URL) {
            findings.add(fault("url", "INVALID_WEBHOOK", "must have at most " + MAX_URL + " characters"));
        } else if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
            findings.add(fault("url", "INVALID_WEBHOOK", "must have no user name, password or fragment"));
        } else if (!networks.mayName(host)) {
            findings.add(fault(
                    "url",
                    "FORBIDDEN_WEBHOOK",
                    host + " is in a network that this service does not call; octet.outbound.allowed-networks names"
                            + " exceptions"));
        }
        if (webhook.getSecret() != null && !isKey(webhook.getSecret())) {
            findings.add(fault(
                    "secret",
                    "INVALID_WEBHOOK",
                    "must be whsec_ and " + MIN_KEY_BYTES + " to " + MAX_KEY_BYTES + " bytes in Base64"));
        }
        return findings;
    }

    private static boolean isKey(String secret) {
        byte[] key = secret.startsWith("whsec_") ? decode(secret.substring("whsec_".length())) : null;
        return key != null && key.length >= MIN_KEY_BYTES && key.length <= MAX_KEY_BYTES;
    }

    private static byte @Nullable [] decode(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Finding fault(String member, String code, String message) {
        return new Finding(Severity.ERROR, "webhook." + member, code, message);
    }
}
