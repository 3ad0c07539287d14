package dev.octet.architecture.planted.engine.observe;

/** Breaks no rule; something to refer to. */
public record AnObserver() {}
