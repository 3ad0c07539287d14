package dev.octet.architecture.planted.engine.plan;

import tools.jackson.databind.JsonNode;

/** JSON must stay in the door. */
public record PlanUsesJackson(JsonNode forbidden) {}
