package dev.octet.engine.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {

    @ParameterizedTest
    @CsvSource({
        "/conv1/Conv, /conv1/Conv, true",
        "/conv1/Conv, /conv1/Conv_1, false",
        "encoder.*, encoder.layers.0.attn, true",
        "encoder.*, decoder.encoder.0, false",
        "*/attn/*, /block.3/attn/qkv/MatMul, true",
        "*, anything, true",
        "a*c, abc, true",
        "a*c, abcd, false",
        "a.c, abc, false",
        "'(a[', '(a[', true",
    })
    void aStarStandsForAnyRunAndAllElseForItself(String pattern, String name, boolean meant) {
        assertThat(NamePattern.of(pattern).matches(name)).isEqualTo(meant);
    }

    @Test
    void whatHasNoNameIsNeverMeant() {
        assertThat(NamePattern.of("*").matches("")).isFalse();
    }

    @Test
    void meansOperatorTypesByTheirWholeName() {
        assertThat(NamePattern.of("Softmax").isType("Softmax")).isTrue();
        assertThat(NamePattern.of("Soft*").isType("Softmax")).isFalse();
    }
}
