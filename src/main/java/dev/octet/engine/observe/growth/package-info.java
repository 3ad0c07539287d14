/** How ranges grew while samples came. */
@NullMarked
package dev.octet.engine.observe.growth;

import org.jspecify.annotations.NullMarked;
