/** Planted violations of the rules of the house. */
@NullMarked
package dev.octet.architecture.planted.models;

import org.jspecify.annotations.NullMarked;
