/** The door of the engine: what to quantize, how, what came of it; a library and a command. */
@NullMarked
package dev.octet.engine;

import org.jspecify.annotations.NullMarked;
