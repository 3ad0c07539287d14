package dev.octet.architecture.planted.engine.report;

import dev.octet.architecture.planted.engine.EngineUsesJobs;

/** A report that goes back through the door. */
public record ReportUsesDoor(EngineUsesJobs forbidden) {}
