package dev.octet.engine.runtime.system;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The few functions of the C library that Java has no other way to; each does nothing where the system lacks it. */
@SuppressWarnings("restricted") // plain calls, with numbers or with texts that are copied
public final class CLibrary {

    /** Parameters of mallopt(3). */
    private static final int MMAP_THRESHOLD = -3;

    private static final int ARENA_MAX = -8;

    private static final int ARENAS = 2;
    private static final int MAPPED_FROM_BYTES = 256 << 10;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Optional<MethodHandle> TRIM =
            function("malloc_trim", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG);

    private CLibrary() {}

    private static Optional<MethodHandle> function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.defaultLookup()
                .find(name)
                .map(address -> LINKER.downcallHandle(address, FunctionDescriptor.of(result, arguments)));
    }

    /** Sets a variable of this process's environment, as native code sees it: setenv(3). */
    public static void setEnvironment(String name, String value) {
        Optional<MethodHandle> setenv = function(
                "setenv", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        if (setenv.isPresent()) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment variable = arena.allocateFrom(name);
                int failed = (int) setenv.get().invokeExact(variable, arena.allocateFrom(value), 1);
                if (failed != 0) {
                    throw new IllegalStateException("setenv gave " + failed);
                }
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /**
     * Has native memory go back to the system when it is freed: mallopt(3).
     *
     * <p>Else glibc keeps what is freed, in as many heaps as there are threads, and the process stays as large as the sum of
     * their peaks.
     */
    public static void keepHeapSmall() {
        Optional<MethodHandle> mallopt =
                function("mallopt", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        if (mallopt.isPresent()) {
            try {
                int _ = (int) mallopt.get().invokeExact(ARENA_MAX, ARENAS);
                int _ = (int) mallopt.get().invokeExact(MMAP_THRESHOLD, MAPPED_FROM_BYTES);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Gives what is free among the small blocks back to the system: malloc_trim(3). */
    public static void trimHeap() {
        if (TRIM.isPresent()) {
            try {
                int _ = (int) TRIM.get().invokeExact(0L);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
