package dev.octet.architecture.planted.engine.train;

import dev.octet.architecture.planted.engine.search.SearchUsesReport;

/** A training that knows what searches for what. */
public record TrainUsesSearch(SearchUsesReport forbidden) {}
