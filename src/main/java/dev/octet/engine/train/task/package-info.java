/** What a training is asked for, what it tells on the way and what comes of it. */
@NullMarked
package dev.octet.engine.train.task;

import org.jspecify.annotations.NullMarked;
