package dev.octet.engine;

/**
 * Something noticed about a request before it is run.
 *
 * @param severity how bad it is
 * @param path the field of the request that it is about, such as {@code calibration.datasetId}
 * @param code a stable word for programs
 * @param message what is wrong and what to do about it
 */
public record Finding(Severity severity, String path, String code, String message) {

    /** How bad a finding is. */
    public enum Severity {
        /** The request can't be run. */
        ERROR,
        /** It will run, perhaps not as hoped for. */
        WARNING,
        /** Good to know. */
        INFO
    }

    static Finding error(String path, String code, String message) {
        return new Finding(Severity.ERROR, path, code, message);
    }

    static Finding warning(String path, String code, String message) {
        return new Finding(Severity.WARNING, path, code, message);
    }
}
