package dev.octet.engine.train;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The environment of this process as native libraries see it. */
final class NativeEnvironment {

    private NativeEnvironment() {}

    /**
     * Sets {@code name}, unless it is set, for libraries that are loaded from now on.
     *
     * <p>A library's threads that wait by spinning take the processor from whoever else would use it: on a busy machine small steps then
     * take ten times as long.
     */
    @SuppressWarnings("restricted")
    static void setIfAbsent(String name, String value) {
        if (System.getenv(name) != null) {
            return;
        }
        Linker linker = Linker.nativeLinker();
        MemorySegment function = linker.defaultLookup().find("setenv").orElse(null);
        if (function == null) {
            // Windows has no such function, and no such variable either.
            return;
        }
        MethodHandle setenv = linker.downcallHandle(
                function,
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int _ = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 0);
        } catch (Throwable e) {
            throw new IllegalStateException("setenv can't be called", e);
        }
    }
}
