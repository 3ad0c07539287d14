package dev.octet.platform;

import java.util.Locale;
import java.util.Map;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Decides {@link InRole} from the property {@code octet.role}, SERVE where it is absent. */
final class OnRole implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Map<String, Object> attributes = metadata.getAnnotationAttributes(InRole.class.getName());
        String word =
                context.getEnvironment().getProperty("octet.role", "serve").toLowerCase(Locale.ROOT);
        Role mine = Role.named(word)
                .orElseThrow(() -> new IllegalStateException("octet.role is '" + word + "', not serve, web or worker"));
        return attributes != null && attributes.get("value") instanceof Role part && mine.includes(part);
    }
}
