/** The intermediate representation: graphs, nodes, values, tensors; matching, verifying, printing; knows no file format. */
@NullMarked
package dev.octet.engine.graph;

import org.jspecify.annotations.NullMarked;
