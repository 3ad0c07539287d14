package dev.octet.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.platform.ProblemException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;

class FileNamesTest {
    private static Resource sentAs(@Nullable String filename) {
        return new ByteArrayResource(new byte[0]) {
            @Override
            public @Nullable String getFilename() {
                return filename;
            }
        };
    }

    @Test
    void theNameAskedForIsTakenAsItIs() {
        assertThat(FileNames.ofUpload("größe / 7", sentAs("x.onnx"))).isEqualTo("größe / 7");
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a\u0000b", "a\nb", "a\u001b[31mb", "a\u202eb", "a\u2028b", "\ud800"})
    void aNameThatCouldDoHarmIsRefused(String name) {
        assertThatThrownBy(() -> FileNames.ofUpload(name, sentAs(null)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo("INVALID_PARAMETER"));
    }

    @ParameterizedTest
    @CsvSource({
        "m.onnx, m.onnx",
        "../../etc/passwd, passwd",
        "C:\\models\\m.onnx, m.onnx",
        "a/.., unnamed",
        "'', unnamed",
        "'a\u202eb\u0007.onnx', ab.onnx"
    })
    void theFormsNameIsMadeHarmless(String sent, String name) {
        assertThat(FileNames.ofUpload(null, sentAs(sent))).isEqualTo(name);
    }

    @Test
    void aFormsNameWithoutEndIsCutBetweenCharacters() {
        String name = FileNames.ofUpload(null, sentAs("\ud83d\ude00".repeat(300)));
        assertThat(name.codePointCount(0, name.length())).isEqualTo(200);
        assertThat(FileNames.ofUpload(null, sentAs(null))).isEqualTo("unnamed");
    }

    @ParameterizedTest
    @CsvSource({"m, m.onnx", "m.onnx, m.onnx", "M.ONNX, M.ONNX", "a/b, b.onnx", "'..', unnamed.onnx"})
    void downloadsEndAsTheirKindDoes(String name, String file) {
        assertThat(FileNames.ofDownload(name, ".onnx")).isEqualTo(file);
    }
}
