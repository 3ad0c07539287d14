package dev.octet.architecture.planted.modules.open;

/** Its module must say what it may use. */
public record DeclaresNothing() {}
