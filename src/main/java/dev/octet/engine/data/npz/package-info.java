/** The npz format: headers of numpy arrays and their elements as a stream. */
@NullMarked
package dev.octet.engine.data.npz;

import org.jspecify.annotations.NullMarked;
