package dev.octet.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Node;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExclusionsTest {

    private static final Node NODE = Node.of("encoder/0/MatMul", "MatMul", List.of("x", "w"), List.of("h:0"));

    private static boolean covered(String... names) {
        return new Exclusions(Set.of(names)).cover(NODE);
    }

    @Test
    void aNodeIsCoveredByItsNameItsOutputAndAllThatItLiesBelow() {
        assertThat(covered("encoder/0/MatMul")).isTrue();
        assertThat(covered("h:0")).isTrue();
        assertThat(covered("encoder/0")).isTrue();
        assertThat(covered("other", "encoder")).isTrue();
    }

    @Test
    void partsOfNamesAndNamesBelowCoverNothing() {
        assertThat(covered()).isFalse();
        assertThat(covered("encoder/0/Mat")).isFalse();
        assertThat(covered("enc")).isFalse();
        assertThat(covered("x", "w")).isFalse();
        assertThat(covered("encoder/0/MatMul/a")).isFalse();
        assertThat(covered("")).isFalse();
    }

    @Test
    void aNameStandsForItselfAndForWhatLiesBelow() {
        assertThat(Exclusions.standsFor("a", "a")).isTrue();
        assertThat(Exclusions.standsFor("a", "a/b/c")).isTrue();
        assertThat(Exclusions.standsFor("a", "ab")).isFalse();
        assertThat(Exclusions.standsFor("a/b", "a")).isFalse();
    }
}
