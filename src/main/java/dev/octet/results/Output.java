package dev.octet.results;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What an engine left, and how it is to be kept.
 *
 * @param folder where its files are
 * @param name what the artifacts' file names begin with, without an extension
 * @param calibrationKey what its statistics are filed under for later jobs; null where it did not calibrate
 */
public record Output(Path folder, String name, @Nullable String calibrationKey) {}
