package dev.octet.architecture.planted.modules.results;

import dev.octet.architecture.planted.modules.jobs.AJob;

/** Must not use a module that its declaration leaves out. */
public record UsesWhatIsNotAllowed(AJob used) {}
