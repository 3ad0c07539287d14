package dev.octet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00.123Z");

    @Test
    void anIdIsOfVersion7AndCarriesItsMilliseconds() {
        UUID id = new Ids(Clock.fixed(NOW, ZoneOffset.UTC)).next();
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
    }

    @Test
    void idsOfOneMillisecondAscendPastTheCountersEnd() {
        Ids ids = new Ids(Clock.fixed(NOW, ZoneOffset.UTC));
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            made.add(ids.next().toString());
        }
        assertThat(made).isSorted();
        assertThat(new HashSet<>(made)).hasSize(made.size());
    }

    @Test
    void idsAscendWhereTheClockGoesBack() {
        Iterator<Instant> times =
                List.of(NOW, NOW.minusSeconds(60), NOW.plusMillis(1)).iterator();
        InstantSource source = times::next;
        Ids ids = new Ids(source.withZone(ZoneOffset.UTC));
        assertThat(List.of(
                        ids.next().toString(), ids.next().toString(), ids.next().toString()))
                .isSorted()
                .doesNotHaveDuplicates();
    }
}
