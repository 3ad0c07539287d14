/** Planted violations of the rules of the house. */
@NullMarked
package dev.octet.architecture.planted.service;

import org.jspecify.annotations.NullMarked;
