package dev.octet.architecture.planted.modules.engine.scheme;

/** The vocabulary that goes with the door. */
public record Word() {}
