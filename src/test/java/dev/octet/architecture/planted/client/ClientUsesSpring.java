package dev.octet.architecture.planted.client;

import org.springframework.core.io.Resource;

/** Planted: loads the framework into a command that has to start fast. */
record ClientUsesSpring(Resource resource) {}
