package dev.octet.architecture.planted.engine.rewrite;

import dev.octet.architecture.planted.engine.observe.AnObserver;

/** A rewrite must be free of data. */
public record RewriteUsesObserve(AnObserver forbidden) {}
