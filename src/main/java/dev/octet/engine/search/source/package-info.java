/** Uploads of every format, read as models. */
@NullMarked
package dev.octet.engine.search.source;

import org.jspecify.annotations.NullMarked;
