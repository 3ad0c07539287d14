package dev.octet.architecture.planted.modules.jobs;

import dev.octet.architecture.planted.modules.engine.graph.Inner;

/** Must not see what is behind the door. */
public record ReachesInside(Inner used) {}
