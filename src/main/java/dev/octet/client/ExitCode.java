package dev.octet.client;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** How the client's process ends, in numbers that a pipeline can act on (sysexits.h where it has one). */
enum ExitCode {
    SUCCESS(0, "done; of a job, that it met its goal"),
    GOAL_NOT_MET(10, "the job's best candidate loses more than allowed"),
    NO_SPEEDUP(11, "the job's best candidate is not faster"),
    FAILED(12, "the job failed"),
    CANCELLED(13, "the job was cancelled"),
    EXPIRED(14, "the job ran out of time"),
    USAGE(64, "the command line is wrong"),
    REFUSED(65, "the server refused the request or the file"),
    UNREACHABLE(69, "the server does not answer, or can't serve for now"),
    DEFECT(70, "a defect of the client"),
    INPUT_OUTPUT(74, "a file can't be read or written"),
    NOT_ALLOWED(77, "the server wants to know who asks, or does not allow it");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    int number() {
        return number;
    }

    /** All of them with what they mean, for help. */
    static Map<String, String> meanings() {
        Map<String, String> meanings = new LinkedHashMap<>();
        for (ExitCode code : values()) {
            meanings.put(String.valueOf(code.number), code.meaning);
        }
        return meanings;
    }

    /** How a job has ended. */
    static ExitCode of(JsonNode job) {
        return switch (job.path("state").asString("")) {
            case "SUCCEEDED" ->
                switch (job.path("outcome").asString("")) {
                    case "GOAL_MET" -> SUCCESS;
                    case "NO_SPEEDUP" -> NO_SPEEDUP;
                    default -> GOAL_NOT_MET;
                };
            case "CANCELLED" -> CANCELLED;
            case "EXPIRED" -> EXPIRED;
            default -> FAILED;
        };
    }
}
