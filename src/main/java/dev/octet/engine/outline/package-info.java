/** What a model looks like before anything is done to it, for people: its nodes and what would become of them. */
@NullMarked
package dev.octet.engine.outline;

import org.jspecify.annotations.NullMarked;
