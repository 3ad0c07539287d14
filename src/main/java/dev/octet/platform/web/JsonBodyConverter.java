package dev.octet.platform.web;

import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemException.Entry;
import dev.octet.platform.ProblemKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Reads JSON bodies to their end and tells all their faults at once. */
final class JsonBodyConverter extends JacksonJsonHttpMessageConverter {
    private final JsonMapper collecting;

    JsonBodyConverter(JsonMapper mapper) {
        super(mapper);
        this.collecting = mapper.rebuild().addHandler(new FaultCollector()).build();
    }

    /** @throws dev.octet.platform.ProblemException with every fault, where the JSON is whole and not what is wanted */
    @Override
    public Object read(ResolvableType type, HttpInputMessage message, @Nullable Map<String, Object> hints)
            throws IOException {
        List<Entry> faults = new ArrayList<>();
        ObjectReader reader = collecting
                .readerFor(collecting.constructType(type.getType()))
                .withAttribute(FaultCollector.FAULTS, new FaultCollector.Faults(faults));
        Object body;
        try {
            body = reader.readValue(message.getBody());
        } catch (DatabindException e) {
            // What reading can't go on behind is told with what was found before it.
            ProblemException last = BodyProblems.mismatch(e);
            if (last.kind() == ProblemKind.UNPROCESSABLE) {
                faults.addAll(last.errors());
                throw RequestProblems.body(faults);
            }
            throw last;
        } catch (JacksonException e) {
            throw new HttpMessageNotReadableException("unreadable JSON", e, message);
        }
        if (!faults.isEmpty()) {
            throw RequestProblems.body(faults);
        }
        return body;
    }
}
