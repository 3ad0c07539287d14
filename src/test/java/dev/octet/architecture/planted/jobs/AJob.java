package dev.octet.architecture.planted.jobs;

/** Breaks no rule; something to refer to. */
public record AJob() {}
