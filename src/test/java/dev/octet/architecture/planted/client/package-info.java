/** Planted: a client. */
@NullMarked
package dev.octet.architecture.planted.client;

import org.jspecify.annotations.NullMarked;
