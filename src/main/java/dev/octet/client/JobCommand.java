package dev.octet.client;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What all commands about one job are told. */
abstract class JobCommand implements Callable<Integer> {
    @Mixin
    private Connection connection = new Connection();

    @Parameters(paramLabel = "JOB", description = "the job's id")
    private String job = "";

    Connection connection() {
        return connection;
    }

    /** The job's id. */
    String job() {
        return job;
    }
}
