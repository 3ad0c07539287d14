package dev.octet.architecture.planted.engine.plan;

import picocli.CommandLine;

/** Command lines must stay in the door. */
public record PlanUsesPicocli(CommandLine forbidden) {}
