package dev.octet.worker;

import java.util.UUID;

/**
 * Who this worker is among all.
 *
 * @param id new with each start
 * @param text for people: host and process
 */
record WorkerName(UUID id, String text) {}
