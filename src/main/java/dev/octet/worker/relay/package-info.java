/** Tells a job what its engine prints and leaves: progress, trials, log, checkpoints. */
@NullMarked
package dev.octet.worker.relay;

import org.jspecify.annotations.NullMarked;
