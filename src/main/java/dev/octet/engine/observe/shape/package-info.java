/** What statistics look like, for people. */
@NullMarked
package dev.octet.engine.observe.shape;

import org.jspecify.annotations.NullMarked;
