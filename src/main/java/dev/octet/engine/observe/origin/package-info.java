/** Where statistics come from, so that they are used only where they belong. */
@NullMarked
package dev.octet.engine.observe.origin;

import org.jspecify.annotations.NullMarked;
