/** Puts the parts together: prepare, calibrate, quantize, prove. */
@NullMarked
package dev.octet.engine.search;

import org.jspecify.annotations.NullMarked;
