/** Planted modules, of which some break the rules. */
@NullMarked
package dev.octet.architecture.planted.modules.engine.scheme;

import org.jspecify.annotations.NullMarked;
