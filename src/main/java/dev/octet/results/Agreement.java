package dev.octet.results;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds what an engine wrote against the contract. */
@Component
public class Agreement {
    private final JsonMapper json;
    private final Validator validator;

    Agreement(JsonMapper json, Validator validator) {
        this.json = json;
        this.validator = validator;
    }

    /**
     * The value as the contract has it.
     *
     * @param name where it came from
     * @throws InvalidOutputException naming that place and the first fault
     */
    public <T> T check(String name, JsonNode value, Class<T> type) {
        try {
            T read = json.treeToValue(value, type);
            for (ConstraintViolation<T> fault : validator.validate(read)) {
                throw new InvalidOutputException(name + ": " + fault.getPropertyPath() + " " + fault.getMessage());
            }
            return read;
        } catch (JacksonException e) {
            throw new InvalidOutputException(name + " is not as agreed: " + e.getOriginalMessage(), e);
        }
    }

    /** Checks each element of the array. */
    void checkEach(String name, JsonNode array, Class<?> type) {
        int i = 0;
        for (JsonNode element : array) {
            check(name + "[" + i + "]", element, type);
            i++;
        }
    }
}
