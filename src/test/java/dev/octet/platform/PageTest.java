package dev.octet.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {
    private static final Cursor PLACE = new Cursor(
            Instant.parse("2026-11-24T10:00:00.123456Z"), UUID.fromString("0197c4b0-6a3e-7b52-9c1f-3f1f0f6f2a11"));

    @Test
    void aCursorComesBackAsItWas() {
        assertThat(Cursor.parse(PLACE.text())).isEqualTo(PLACE);
        assertThat(PLACE.text()).matches("[A-Za-z0-9_-]{1,200}");
        assertThat(Cursor.parse(null)).isEqualTo(Cursor.START);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "AAAA", "not base64!", "%00", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "\u0000"})
    void whatIsNoCursorIsRefused(String text) {
        assertInvalid(text);
    }

    @Test
    void aCursorOfAnotherVersionOrWithMoreInItOrBeyondAllTimeIsRefused() {
        byte[] bytes = Base64.getUrlDecoder().decode(PLACE.text());
        byte[] other = bytes.clone();
        other[0] = 2;
        assertInvalid(text(other));
        assertInvalid(text(Arrays.copyOf(bytes, bytes.length + 1)));
        for (long seconds : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
            ByteBuffer.wrap(bytes).putLong(1, seconds);
            assertInvalid(text(bytes));
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static void assertInvalid(String text) {
        assertThatThrownBy(() -> Cursor.parse(text)).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.kind()).isEqualTo(ProblemKind.MALFORMED);
            assertThat(problem.errors())
                    .extracting(ProblemException.Entry::path)
                    .containsExactly("cursor");
        });
    }

    @Test
    void aPageEndsWithTheCursorOfItsLastItemWhereThereIsMore() {
        Page<Integer> page = Page.of(List.of(9, 8, 7), 2, i -> new Cursor(Instant.ofEpochSecond(i), new UUID(0, i)));
        assertThat(page.items()).containsExactly(9, 8);
        assertThat(Cursor.parse(page.nextCursor()).createdAt()).isEqualTo(Instant.ofEpochSecond(8));
        assertThat(page.map(String::valueOf).items()).containsExactly("9", "8");
    }

    @Test
    void theLastPageHasNoCursor() {
        assertThat(Page.of(List.of(2, 1), 2, i -> PLACE).nextCursor()).isNull();
        assertThat(Page.of(List.<Integer>of(), 2, i -> PLACE).items()).isEmpty();
    }
}
