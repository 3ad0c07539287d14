/** Constants of a graph: how large evaluated ones may become, and their elements read and written. */
@NullMarked
package dev.octet.engine.rewrite.constant;

import org.jspecify.annotations.NullMarked;
