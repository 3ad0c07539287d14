/** What stands elsewhere, put where it is used: functions into their calls, branches into their place. */
@NullMarked
package dev.octet.engine.rewrite.inline;

import org.jspecify.annotations.NullMarked;
