/** What a job asks for: its defaults, its faults, its recipe for the engine. */
@NullMarked
package dev.octet.jobs.request;

import org.jspecify.annotations.NullMarked;
