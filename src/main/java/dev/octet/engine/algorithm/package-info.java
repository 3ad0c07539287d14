/** Methods that look at data: they ask for statistics and are then pure functions of graph, statistics and settings. */
@NullMarked
package dev.octet.engine.algorithm;

import org.jspecify.annotations.NullMarked;
