/** Tells those who list jobs what becomes of them. */
@NullMarked
package dev.octet.jobs.feed;

import org.jspecify.annotations.NullMarked;
