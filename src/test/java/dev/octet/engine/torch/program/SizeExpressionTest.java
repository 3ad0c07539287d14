package dev.octet.engine.torch.program;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeExpressionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Symbol('s77', positive=True, integer=True)|s77",
                "s77|s77",
                "Mul(Integer(8), Symbol('s22', positive=True, integer=True))|8*s22",
                "Pow(Symbol('s35', positive=True, integer=True), Integer(2))|s35**2",
                "Add(Mul(Integer(15), Symbol('a')), Integer(5))|15*a + 5",
                "Add(FloorDiv(Add(Symbol('s53', integer=True), Integer(-1)), Integer(2)), Integer(1))|(s53 - 1)//2 + 1",
                "Mul(Integer(8), Add(Symbol('a'), Integer(1)), FloorDiv(Symbol('b'), Integer(2)))|8*(a + 1)*(b//2)",
                "Min(Integer(16), Mul(Integer(16), Symbol('s77')))|min(16, 16*s77)",
                "Mod(Add(Symbol('a'), Symbol('b')), Integer(3))|(a + b) % 3",
            })
    void readAsPeopleWriteThem(String spelled, String readable) {
        assertThat(SizeExpression.readable(spelled)).isEqualTo(readable);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Mul(",
                "Symbol('a'",
                "Symbol(a)",
                "Mul()",
                "Mul(Integer(2)) x",
                "8 * s",
                "Symbol('a b')",
                "Symbol('a', x)"
            })
    void whatIsSpelledOtherwiseStaysAsItIs(String text) {
        assertThat(SizeExpression.readable(text)).isEqualTo(text);
    }

    @Test
    void deepAndLongOnesEndSoon() {
        String deep = "Add(".repeat(400) + "Integer(1)" + ")".repeat(400);
        assertThat(SizeExpression.readable(deep)).isEqualTo(deep);
        String lengthy = "Add(" + "Integer(1), ".repeat(100_000) + "Integer(1))";
        assertThat(SizeExpression.readable(lengthy)).isSameAs(lengthy);
    }
}
