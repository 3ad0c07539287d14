/** What came of a run, in the words of the HTTP contract: figures, layers, notes, provenance. */
@NullMarked
package dev.octet.engine.report;

import org.jspecify.annotations.NullMarked;
