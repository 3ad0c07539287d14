package dev.octet.engine.data.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * Cuts texts into tokens as a tokenizer.json says.
 *
 * <p>Native code of Hugging Face's tokenizers library runs here and nowhere else: only in the engine's own process. What the file
 * says of padding and truncation does not count.
 */
public final class Tokenizer implements AutoCloseable {

    static {
        // The library tells its makers of each start otherwise.
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    private final HuggingFaceTokenizer tokenizer;
    private final TokenizerFile file;

    /**
     * The tokenizer that {@code file} describes.
     *
     * @param longest tokens of a row at most; the ends of longer ones are cut off, of the longer text first
     * @throws EngineException DATASET_MALFORMED where the library can't make one of it
     */
    public Tokenizer(TokenizerFile file, int longest) {
        this.file = file;
        try (InputStream json = file.file().open()) {
            this.tokenizer = HuggingFaceTokenizer.newInstance(
                    json,
                    Map.of(
                            "addSpecialTokens", "true",
                            "padding", "false",
                            "truncation", "LONGEST_FIRST",
                            "maxLength", Integer.toString(longest),
                            "modelMaxLength", Integer.toString(longest)));
        } catch (IOException | RuntimeException e) {
            throw Archive.malformed(TokenizerFile.NAME, "can't be used: " + e.getMessage());
        }
    }

    /** The token that fills rows up. */
    public long filler() {
        return file.filler();
    }

    /** The tokens of {@code row}. */
    public Tokens encode(TextRow row) {
        try {
            String pair = row.pair();
            Encoding encoding = pair == null
                    ? tokenizer.encode(row.text(), true, false)
                    : tokenizer.encode(row.text(), pair, true, false);
            return new Tokens(encoding.getIds(), encoding.getTypeIds());
        } catch (RuntimeException e) {
            String what = "cannot tokenize '" + shortened(row.text()) + "': " + e.getMessage();
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    TokenizerFile.NAME + " " + what,
                    List.of(new EngineException.Detail(TokenizerFile.NAME, what)),
                    e);
        }
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
