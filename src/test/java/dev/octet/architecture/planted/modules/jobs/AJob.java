package dev.octet.architecture.planted.modules.jobs;

/** Keeps the rules; something to refer to. */
public record AJob() {}
