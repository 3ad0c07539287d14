/** Fake quantization with learned steps, what is learned from, and how it is learned. */
@NullMarked
package dev.octet.engine.train.learn;

import org.jspecify.annotations.NullMarked;
