package dev.octet.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds each rule against the product, and against a planted class that must break it. */
class HouseTest {
    private static final JavaClasses PRODUCT = Sources.product();
    private static final JavaClasses PLANTED = Sources.all(Sources.PLANTED);

    static List<HouseRule> rules() {
        return Stream.concat(EngineRules.ALL.stream(), CodeRules.ALL.stream()).toList();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theProductKeepsTheRule(HouseRule rule) {
        rule.below().apply(Sources.ROOT).check(PRODUCT);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theRuleBites(HouseRule rule) {
        assertBites(rule);
    }

    @Test
    void theTestsDoNotSleep() {
        CodeRules.AWAKE.below().apply(Sources.ROOT).check(Sources.tests());
        assertBites(CodeRules.AWAKE);
    }

    private static void assertBites(HouseRule rule) {
        var result = rule.below().apply(Sources.PLANTED).evaluate(PLANTED);

        assertThat(result.hasViolation()).isTrue();
        assertThat(result.getFailureReport().getDetails())
                .anySatisfy(detail -> assertThat(detail).contains(rule.culprit()));
    }
}
