package dev.octet.architecture.planted.engine.rewrite;

import java.sql.Connection;

/** The engine must not speak to a database. */
public record RewriteUsesSql(Connection forbidden) {}
