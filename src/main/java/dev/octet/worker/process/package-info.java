/** One engine as a child process: what it prints, how it ends, what that means. */
@NullMarked
package dev.octet.worker.process;

import org.jspecify.annotations.NullMarked;
