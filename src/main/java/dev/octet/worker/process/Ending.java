package dev.octet.worker.process;

import dev.octet.platform.ProblemException;
import dev.octet.platform.api.model.JobOutcome;

/** How a run of the engine ended, and what that means for the job. */
public sealed interface Ending {
    /** A word for metrics. */
    String reason();

    /** With output that is to be stored. */
    record Finished(JobOutcome outcome) implements Ending {
        @Override
        public String reason() {
            return "finished";
        }
    }

    /** By a fault that another attempt would meet again. */
    record Refused(ProblemException problem) implements Ending {
        @Override
        public String reason() {
            return "refused";
        }
    }

    /** By what another attempt may be spared. */
    record Broken(String reason, ProblemException problem) implements Ending {}

    /** For want of disk: the job waits. */
    record Starved(String message) implements Ending {
        @Override
        public String reason() {
            return "disk_full";
        }
    }

    /** Stopped since the job's time was up. */
    record Expired() implements Ending {
        @Override
        public String reason() {
            return "expired";
        }
    }

    /** Stopped as the user asked. */
    record Cancelled() implements Ending {
        @Override
        public String reason() {
            return "cancelled";
        }
    }

    /** Stopped with the worker. */
    record HandedBack() implements Ending {
        @Override
        public String reason() {
            return "handed_back";
        }
    }

    /** Stopped since the job is no longer this attempt's. */
    record Lost() implements Ending {
        @Override
        public String reason() {
            return "lost";
        }
    }
}
