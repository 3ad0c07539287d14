/** Planted modules, of which some break the rules. */
@NullMarked
package dev.octet.architecture.planted.modules.engine.graph;

import org.jspecify.annotations.NullMarked;
