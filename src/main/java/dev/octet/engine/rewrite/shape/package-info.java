/** Shapes of inner values that hold whatever the sizes of the inputs. */
@NullMarked
package dev.octet.engine.rewrite.shape;

import org.jspecify.annotations.NullMarked;
