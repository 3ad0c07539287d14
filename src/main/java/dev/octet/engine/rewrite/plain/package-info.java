/** Products and convolutions written in the plainest form that there is, so that each has one rule later on. */
@NullMarked
package dev.octet.engine.rewrite.plain;

import org.jspecify.annotations.NullMarked;
