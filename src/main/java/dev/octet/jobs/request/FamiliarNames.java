package dev.octet.jobs.request;

import dev.octet.engine.scheme.ObserverKind;
import dev.octet.platform.api.model.ObserverName;
import dev.octet.platform.api.model.QuantizationSettings;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.module.SimpleModule;

/** Reads the names that other tools give to observers; what is stored and answered is the contract's own. */
@Configuration(proxyBeanMethods = false)
class FamiliarNames {

    private static final String OBSERVER = "observer";

    /** Attribute of a reading: whether the observer's name says that there is one for each channel. */
    private static final Object FOR_CHANNELS = new Object();

    @Bean
    static JacksonModule familiarObservers() {
        return new SimpleModule("familiar observers").setDeserializerModifier(new ValueDeserializerModifier() {
            @Override
            public ValueDeserializer<?> modifyDeserializer(
                    DeserializationConfig config, BeanDescription.Supplier bean, ValueDeserializer<?> deserializer) {
                return bean.getBeanClass() == QuantizationSettings.class ? new OfSettings(deserializer) : deserializer;
            }

            @Override
            public ValueDeserializer<?> modifyEnumDeserializer(
                    DeserializationConfig config,
                    JavaType type,
                    BeanDescription.Supplier bean,
                    ValueDeserializer<?> deserializer) {
                return type.getRawClass() == ObserverName.class ? new OfName(deserializer) : deserializer;
            }
        });
    }

    /** Reads a familiar name as the contract's. */
    private static final class OfName extends DelegatingDeserializer {

        OfName(ValueDeserializer<?> name) {
            super(name);
        }

        @Override
        protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> name) {
            return new OfName(name);
        }

        @Override
        public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
            Optional<ObserverKind.Named> named = parser.currentToken() == JsonToken.VALUE_STRING
                    ? ObserverKind.named(parser.getString())
                    : Optional.empty();
            if (named.isEmpty()) {
                return super.deserialize(parser, context);
            }
            context.setAttribute(FOR_CHANNELS, named.get().perChannel());
            return ObserverName.fromValue(named.get().kind().name());
        }
    }

    /** Refuses settings that contradict the name of their observer. */
    private static final class OfSettings extends DelegatingDeserializer {

        OfSettings(ValueDeserializer<?> settings) {
            super(settings);
        }

        @Override
        protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> settings) {
            return new OfSettings(settings);
        }

        @Override
        public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
            context.setAttribute(FOR_CHANNELS, false);
            Object read = super.deserialize(parser, context);
            if (read instanceof QuantizationSettings settings
                    && Boolean.FALSE.equals(settings.getPerChannel())
                    && Boolean.TRUE.equals(context.getAttribute(FOR_CHANNELS))) {
                throw contradiction(parser);
            }
            return read;
        }

        private static DatabindException contradiction(JsonParser parser) {
            DatabindException fault =
                    DatabindException.from(parser, "is one of weights with a scale a channel, and perChannel is false");
            fault.prependPath(QuantizationSettings.class, OBSERVER);
            return fault;
        }
    }
}
