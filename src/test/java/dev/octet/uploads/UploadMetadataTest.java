package dev.octet.uploads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemException.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadMetadataTest {
    private static String pair(String key, String value) {
        return key + " " + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    private static ProblemException refused(@Nullable String header) {
        ProblemException[] thrown = new ProblemException[1];
        assertThatThrownBy(() -> UploadMetadata.parse(header))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(problem -> thrown[0] = problem);
        assertThat(thrown[0].code()).isEqualTo("INVALID_METADATA");
        return thrown[0];
    }

    @Test
    void kindNameAndFileNameAreReadWhateverElseIsSaid() {
        String header = String.join(
                ",",
                pair("relativePath", "a/b"),
                pair("kind", "dataset"),
                "is_confidential",
                pair("name", "Übung 1"),
                pair("filename", "../x.npz"));
        assertThat(UploadMetadata.parse(header)).isEqualTo(new UploadMetadata(Kind.DATASET, "Übung 1", "../x.npz"));
        assertThat(UploadMetadata.parse(pair("kind", "MODEL"))).isEqualTo(new UploadMetadata(Kind.MODEL, null, null));
    }

    @Test
    void allFaultsAreToldAtOnce() {
        String header = String.join(",", "kind %%%", pair("name", "a\nb"), pair("x", "1"), pair("x", "2"));
        assertThat(refused(header).errors())
                .extracting(Entry::path)
                .containsExactlyInAnyOrder(
                        "Upload-Metadata.kind", "Upload-Metadata.kind", "Upload-Metadata.name", "Upload-Metadata.x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "kind", "kind  ", "kind bW9kZWw=,", "kind /w==", "kind bW9kZWw=, kind bW9kZWw="})
    void whatIsNoMetadataOfOursIsRefused(String header) {
        refused(header);
    }

    @Test
    void aMissingHeaderIsAMissingKind() {
        assertThat(refused(null).getMessage()).contains("must be model or dataset");
    }

    @Test
    void aNameOfMoreThanTwoHundredCharactersIsRefused() {
        UploadMetadata.parse(pair("kind", "model") + "," + pair("name", "n".repeat(200)));
        assertThat(refused(pair("kind", "model") + "," + pair("name", "n".repeat(201)))
                        .errors())
                .singleElement()
                .extracting(Entry::path)
                .isEqualTo("Upload-Metadata.name");
    }
}
