package dev.octet.architecture.planted.engine.rewrite;

/** Breaks no rule; something to refer to. */
public record ARewrite() {}
