/** The automatic pipeline: what it tries, how it measures, how it chooses. */
@NullMarked
package dev.octet.engine.search.auto;

import org.jspecify.annotations.NullMarked;
