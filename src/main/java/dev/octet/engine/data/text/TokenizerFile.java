package dev.octet.engine.data.text;

import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.scheme.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * A tokenizer.json, as Hugging Face's tokenizers library writes it, looked at without native code and in bounded memory.
 *
 * @param file where it lies
 * @param filler the token that fills rows up: the one it pads with, else its [PAD] or the like, else 0
 */
public record TokenizerFile(TextFile file, long filler) {

    /** What it is called next to a model or a file of texts. */
    public static final String NAME = "tokenizer.json";

    /** Bytes of the largest that is read: one with a vocabulary of a quarter of a million words takes half of it. */
    static final int MOST_BYTES = 64 << 20;

    private static final Set<String> FILLERS = Set.of("[PAD]", "<pad>", "<|padding|>", "<|endoftext|>", "</s>");
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxStringLength(1 << 20)
                    .maxNumberLength(400)
                    .build())
            .build();

    /**
     * The tokenizer in {@code file}.
     *
     * @throws EngineException DATASET_MALFORMED where it is none or too large
     */
    public static TokenizerFile of(TextFile file) {
        if (file.bytes() > MOST_BYTES) {
            throw Archive.malformed(NAME, "holds " + file.bytes() + " bytes; at most " + MOST_BYTES + " are read");
        }
        try (InputStream in = file.open();
                JsonParser parser = JSON.createParser(ObjectReadContext.empty(), in)) {
            return new TokenizerFile(file, filler(parser));
        } catch (JacksonException e) {
            throw Archive.malformed(NAME, "is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw EngineException.ofIo(NAME + " can't be read", e);
        }
    }

    /** The tokenizer next to {@code model} in the folder that a zip was unpacked to; empty where there is none. */
    public static Optional<TokenizerFile> beside(Path model) {
        Path file = model.resolveSibling(NAME);
        return Files.isRegularFile(file) ? Optional.of(of(TextFile.of(file))) : Optional.empty();
    }

    private static long filler(JsonParser parser) {
        long filler = -1;
        long likely = -1;
        boolean model = false;
        if (parser.nextToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                boolean object = parser.nextToken() == JsonToken.START_OBJECT;
                if (name.equals("padding") && object) {
                    filler = number(parser, "pad_id");
                } else if (name.equals("added_tokens") && parser.currentToken() == JsonToken.START_ARRAY) {
                    likely = added(parser);
                } else {
                    model |= name.equals("model") && object;
                    parser.skipChildren();
                }
            }
        }
        if (!model) {
            throw Archive.malformed(NAME, "describes no model of tokens: it is not what the tokenizers library writes");
        }
        return filler >= 0 ? filler : Math.max(0, likely);
    }

    /** The number in {@code field} of the object that was opened; -1 where it has none. */
    private static long number(JsonParser parser, String field) {
        long number = -1;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean wanted = parser.currentName().equals(field);
            if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT && wanted) {
                number = parser.getValueAsLong(-1);
            }
            parser.skipChildren();
        }
        return number;
    }

    /** The number of the first token that others fill up with, in the array that was opened; -1 where there is none. */
    private static long added(JsonParser parser) {
        long found = -1;
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            long id = -1;
            String content = "";
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("id") && value == JsonToken.VALUE_NUMBER_INT) {
                    id = parser.getValueAsLong(-1);
                } else if (name.equals("content") && value == JsonToken.VALUE_STRING) {
                    content = parser.getString();
                }
                parser.skipChildren();
            }
            found = found < 0 && FILLERS.contains(content) ? id : found;
        }
        return found;
    }
}
