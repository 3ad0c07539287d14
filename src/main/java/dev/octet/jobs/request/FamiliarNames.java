package dev.octet.jobs.request;

import dev.octet.engine.scheme.ObserverKind;
import dev.octet.platform.api.model.QuantizationSettings;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;

/** Reads the names that other tools give to observers; what is stored and answered is the contract's own. */
@Configuration(proxyBeanMethods = false)
class FamiliarNames {

    private static final String OBSERVER = "observer";

    @Bean
    static JacksonModule familiarObservers() {
        return new SimpleModule("familiar observers").setDeserializerModifier(new ValueDeserializerModifier() {
            @Override
            public ValueDeserializer<?> modifyDeserializer(
                    DeserializationConfig config, BeanDescription.Supplier bean, ValueDeserializer<?> deserializer) {
                return bean.getBeanClass() == QuantizationSettings.class ? new OfSettings(deserializer) : deserializer;
            }
        });
    }

    /** Puts the contract's name in the place of a familiar one, before the settings are read as ever. */
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
            JsonNode settings = context.readTree(parser);
            if (settings instanceof ObjectNode object && object.path(OBSERVER).isString()) {
                ObserverKind.named(object.path(OBSERVER).stringValue()).ifPresent(named -> {
                    JsonNode perChannel = object.path("perChannel");
                    if (named.perChannel() && perChannel.isBoolean() && !perChannel.booleanValue()) {
                        throw contradiction(parser);
                    }
                    object.put(OBSERVER, named.kind().name());
                });
            }
            try (JsonParser tokens = context.treeAsTokens(settings)) {
                tokens.nextToken();
                return super.deserialize(tokens, context);
            }
        }

        private static DatabindException contradiction(JsonParser parser) {
            DatabindException fault =
                    DatabindException.from(parser, "is one of weights with a scale a channel, and perChannel is false");
            fault.prependPath(QuantizationSettings.class, OBSERVER);
            return fault;
        }
    }
}
