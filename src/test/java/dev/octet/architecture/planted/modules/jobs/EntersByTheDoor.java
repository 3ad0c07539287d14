package dev.octet.architecture.planted.modules.jobs;

import dev.octet.architecture.planted.modules.engine.Door;

/** Keeps the rules. */
public record EntersByTheDoor(Door used) {}
