/** Tells other systems of jobs: signed, retried, with a log of every attempt. */
@NullMarked
@ApplicationModule(allowedDependencies = {"platform", "platform :: api", "platform :: network", "jobs"})
package dev.octet.webhooks;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
