/** PostgreSQL of the service's own, for those who name no other. */
@NullMarked
package dev.octet.platform.database;

import org.jspecify.annotations.NullMarked;
