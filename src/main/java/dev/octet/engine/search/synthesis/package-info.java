/** Makes up samples that a model's own BatchNormalizations recognize. */
@NullMarked
package dev.octet.engine.search.synthesis;

import org.jspecify.annotations.NullMarked;
