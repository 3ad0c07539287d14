/** A server as a client sees it: requests, uploads that go on, jobs that are followed, downloads. */
@NullMarked
package dev.octet.client.server;

import org.jspecify.annotations.NullMarked;
