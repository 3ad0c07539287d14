/** Elements of stored arrays turned into elements of model inputs. */
@NullMarked
package dev.octet.engine.data.values;

import org.jspecify.annotations.NullMarked;
