package dev.octet.architecture.planted.engine;

import dev.octet.architecture.planted.jobs.AJob;

/** The engine must not know the service. */
public record EngineUsesJobs(AJob forbidden) {}
