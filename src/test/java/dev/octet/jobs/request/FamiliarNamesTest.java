package dev.octet.jobs.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octet.platform.api.model.JobRequest;
import dev.octet.platform.api.model.ObserverName;
import dev.octet.platform.api.model.QuantizationSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException.Reference;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

class FamiliarNamesTest {
    private final JsonMapper json = JsonMapper.builder()
            .addModule(FamiliarNames.familiarObservers())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private QuantizationSettings settings(String members) {
        return json.readValue("{\"settings\": {" + members + "}}", JobRequest.class)
                .getSettings();
    }

    private DatabindException fault(String members) {
        return catchThrowableOfType(DatabindException.class, () -> settings(members));
    }

    @ParameterizedTest
    @CsvSource({
        "ENTROPY, ENTROPY",
        "HistogramObserver, HISTOGRAM",
        "MovingAveragePerChannelMinMaxObserver, MOVING_AVERAGE",
        "kl, ENTROPY",
    })
    void becomeTheContractsNames(String name, ObserverName observer) {
        QuantizationSettings settings = settings("\"percentile\": 99, \"observer\": \"" + name + "\"");
        assertThat(settings.getObserver()).isEqualTo(observer);
        assertThat(settings.getPercentile()).isEqualTo(99);
        assertThat(json.writeValueAsString(settings)).contains("\"observer\":\"" + observer + "\"");
    }

    @Test
    void ofChannelsAreRefusedWithOneScaleATensor() {
        assertThat(settings("\"perChannel\": false, \"observer\": \"MinMaxObserver\"")
                        .getPerChannel())
                .isFalse();
        DatabindException fault = fault("\"observer\": \"PerChannelMinMaxObserver\", \"perChannel\": false");
        assertThat(fault.getOriginalMessage()).contains("perChannel is false");
        assertThat(fault.getPath()).extracting(Reference::getPropertyName).containsExactly("settings", "observer");
    }

    @Test
    void othersAreRefusedAsEver() {
        assertThat(fault("\"observer\": \"NoopObserver\"").getPath())
                .extracting(Reference::getPropertyName)
                .containsExactly("settings", "observer");
        assertThat(fault("\"observer\": 3")).isNotNull();
        assertThat(fault("\"observe\": \"MSE\"")).isInstanceOf(UnrecognizedPropertyException.class);
        assertThat(settings("\"observer\": null").getObserver()).isNull();
    }
}
