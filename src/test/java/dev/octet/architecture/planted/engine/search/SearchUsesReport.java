package dev.octet.architecture.planted.engine.search;

import dev.octet.architecture.planted.engine.report.AReport;

/** A search that knows how its findings are told. */
public record SearchUsesReport(AReport forbidden) {}
