/** Texts as samples: rows of a JSON Lines or CSV file, and the tokens that a tokenizer makes of them. */
@NullMarked
package dev.octet.engine.data.text;

import org.jspecify.annotations.NullMarked;
