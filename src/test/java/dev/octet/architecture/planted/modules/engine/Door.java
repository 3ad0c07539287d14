package dev.octet.architecture.planted.modules.engine;

/** What the service may enter by. */
public record Door() {}
