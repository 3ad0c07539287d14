package dev.octet.architecture.planted.modules.jobs;

import dev.octet.architecture.planted.modules.engine.scheme.Word;

/** Keeps the rules. */
public record SpeaksTheVocabulary(Word used) {}
