package dev.octet.platform.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemException.Entry;
import dev.octet.platform.ProblemKind;
import dev.octet.platform.api.model.JobRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.mock.http.MockHttpInputMessage;
import tools.jackson.databind.json.JsonMapper;

/** Bodies read as the service reads them: with its own settings of the JSON reader. */
class BodyProblemsTest {
    private final BodyProblems problems = new BodyProblems();

    private ProblemException problem(String json) {
        HttpInputMessage message =
                new MockHttpInputMessage(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
        message.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        Throwable[] thrown = new Throwable[1];
        new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class))
                .run(context ->
                        thrown[0] = catchThrowable(() -> new JsonBodyConverter(context.getBean(JsonMapper.class))
                                .read(ResolvableType.forClass(JobRequest.class), message, null)));
        assertThat(thrown[0]).as("what reading %s throws", json).isNotNull();
        return thrown[0] instanceof ProblemException problem
                ? problem
                : problems.translate(thrown[0]).orElseThrow();
    }

    @Test
    void allFaultsAreToldAtOnce() {
        ProblemException problem = problem("""
            {"modelID":"x","technique":"QUICK","settings":{"perChannel":{"a":[1,2]},"opTypes":["Conv",[]]},
             "measure":{"batchSizes":[1,[],{}]},"calibration":[{"datasetId":1}],"tags":{"a":{}},"modelId":7}\
            """);
        assertThat(problem.kind()).isEqualTo(ProblemKind.UNPROCESSABLE);
        assertThat(problem.errors())
                .extracting(Entry::path)
                .containsExactlyInAnyOrder(
                        "modelID",
                        "technique",
                        "settings.perChannel",
                        "settings.opTypes[1]",
                        "measure.batchSizes[1]",
                        "measure.batchSizes[2]",
                        "calibration",
                        "tags.a",
                        "modelId");
    }

    @Test
    void aTextWhereANumberIsWantedEndsTheReadingAndIsToldWithWhatCameBefore() {
        assertThat(problem("{\"technique\":\"QUICK\",\"seed\":\"1\",\"calibration\":1}")
                        .errors())
                .extracting(Entry::path)
                .containsExactly("technique", "seed");
    }

    @Test
    void faultsBeforeTheJsonBreaksOffDoNotHideThatItDoes() {
        assertThat(problem("{\"technique\":\"QUICK\",").code()).isEqualTo("MALFORMED_JSON");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{", "{\"modelId\" \"x\"}", "nonsense", "{\"seed\":1,\"seed\":2}", "{} {}", "{\"seed\":NaN}"})
    void whatIsNotJsonIsMalformed(String json) {
        ProblemException problem = problem(json);
        assertThat(problem.kind()).isEqualTo(ProblemKind.MALFORMED);
        assertThat(problem.code()).isEqualTo("MALFORMED_JSON");
        assertThat(problem.getMessage()).startsWith("the body is not JSON: ").contains("line 1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"modelID":"x"}                           | modelID                | is not known; known here are budget, calibration
        {"measure":{"batchSizes":[1,"two"]}}      | measure.batchSizes[1]  | must be a whole number
        {"measure":{"batchSizes":[1.5]}}          | measure.batchSizes[0]  | must be a whole number
        {"measure":{"batchSizes":3}}              | measure.batchSizes     | must be an array
        {"seed":"1"}                              | seed                   | must be a whole number
        {"seed":99999999999999999999}             | seed                   | is out of range
        {"settings":{"perChannel":"yes"}}         | settings.perChannel    | must be true or false
        {"settings":[]}                           | settings               | must be an object
        {"technique":"QUICK"}                     | technique              | must be one of AUTO, STATIC, DYNAMIC, WEIGHT_ONLY, QAT
        {"technique":7}                           | technique              | must be one of AUTO, STATIC
        {"modelId":"x"}                           | modelId                | must be a UUID, not 'x'
        {"settings":{"observer":"MAX"}}           | settings.observer      | must be one of MIN_MAX
        []                                        | body                   | must be an object
        """)
    void jsonThatIsNotTheRequestIsUnprocessableAndSaysWhere(String json, String path, String message) {
        ProblemException problem = problem(json);
        assertThat(problem.kind()).isEqualTo(ProblemKind.UNPROCESSABLE);
        assertThat(problem.code()).isEqualTo("INVALID_BODY");
        assertThat(problem.errors()).singleElement().satisfies(error -> {
            assertThat(error.path()).isEqualTo(path);
            assertThat(error.message()).startsWith(message);
        });
        assertThat(problem.getMessage()).startsWith(path + " ").doesNotContain("dev.octet");
    }

    @Test
    void aBodyThatBreaksOffIsSaid() {
        HttpInputMessage message = new MockHttpInputMessage(new byte[0]);
        assertThat(problems.translate(new HttpMessageNotReadableException("x", new IOException("gone"), message))
                        .orElseThrow()
                        .code())
                .isEqualTo("TRUNCATED_BODY");
        assertThat(problems.translate(new HttpMessageNotReadableException("x", message))
                        .orElseThrow()
                        .code())
                .isEqualTo("EMPTY_BODY");
        assertThat(problems.translate(new IllegalStateException())).isEmpty();
    }
}
