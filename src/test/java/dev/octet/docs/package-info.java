/** Tests that the pages for readers say what is so: their commands run, their lists are whole, their links lead somewhere. */
@NullMarked
package dev.octet.docs;

import org.jspecify.annotations.NullMarked;
