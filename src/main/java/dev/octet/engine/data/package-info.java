/** Streams of samples from uploaded datasets: npz arrays and images. */
@NullMarked
package dev.octet.engine.data;

import org.jspecify.annotations.NullMarked;
