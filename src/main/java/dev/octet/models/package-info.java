/** Uploaded models: what they are and what they contain. */
@NullMarked
@ApplicationModule(allowedDependencies = {"platform", "platform :: api", "storage", "engine", "engine :: scheme"})
package dev.octet.models;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
