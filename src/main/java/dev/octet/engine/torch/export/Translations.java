package dev.octet.engine.torch.export;

import dev.octet.engine.graph.Node;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The operators that can be said in ATen, by name. */
public final class Translations {

    private final Map<String, Translation> translations = new LinkedHashMap<>();
    private final Map<String, NumberRule> numberRules = new LinkedHashMap<>();

    /** Adds {@code translation} for each of {@code names}, separated by spaces, a domain other than ONNX's with two colons before. */
    public Translations add(String names, Translation translation) {
        for (String name : names.split(" ", -1)) {
            if (translations.put(name, translation) != null) {
                throw new IllegalStateException(name + " is translated twice");
            }
        }
        return this;
    }

    /** Adds {@code rule} for nodes of {@code names} that only sizes reach. */
    public Translations onNumbers(String names, NumberRule rule) {
        for (String name : names.split(" ", -1)) {
            numberRules.put(name, rule);
        }
        return this;
    }

    Optional<Translation> find(Node node) {
        return Optional.ofNullable(translations.get(key(node)));
    }

    Optional<NumberRule> numberRule(Node node) {
        return Optional.ofNullable(numberRules.get(key(node)));
    }

    private static String key(Node node) {
        return node.domain().isEmpty() ? node.op() : node.domain() + "::" + node.op();
    }
}
