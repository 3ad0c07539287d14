/** HTTP as every feature needs it: problems, request names, streamed bodies, headers. */
@NullMarked
package dev.octet.platform.web;

import org.jspecify.annotations.NullMarked;
