/** ONNX Runtime sessions: run, tap, profile, inspect, time. */
@NullMarked
package dev.octet.engine.runtime;

import org.jspecify.annotations.NullMarked;
