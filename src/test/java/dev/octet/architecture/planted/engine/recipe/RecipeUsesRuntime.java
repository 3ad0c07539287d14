package dev.octet.architecture.planted.engine.recipe;

import dev.octet.architecture.planted.engine.runtime.ARuntime;

/** A recipe that reaches into the runtime. */
public record RecipeUsesRuntime(ARuntime forbidden) {}
