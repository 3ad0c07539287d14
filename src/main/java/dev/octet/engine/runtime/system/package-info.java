/** What the engine asks of the operating system's C library: environment and native heap of its process. */
@NullMarked
package dev.octet.engine.runtime.system;

import org.jspecify.annotations.NullMarked;
