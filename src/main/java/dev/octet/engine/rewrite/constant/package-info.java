/** How large evaluated constants may become, before and after they are evaluated. */
@NullMarked
package dev.octet.engine.rewrite.constant;

import org.jspecify.annotations.NullMarked;
