package dev.octet.architecture.planted.engine.runtime;

import dev.octet.architecture.planted.engine.plan.APlan;

/** The runtime must not know plans. */
public record RuntimeUsesPlan(APlan forbidden) {}
