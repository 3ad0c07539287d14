package dev.octet.architecture.planted.engine.report;

/** Something for others to use. */
public record AReport(String text) {}
