package dev.octet.engine.train;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** The native library behind training, which a platform may lack. */
public final class Libtorch {

    /** Its version, which the build pins. */
    public static final String VERSION = "2.13.0";

    private Libtorch() {}

    /** Whether its native files are there for this platform, without loading them. */
    public static boolean isPresent() {
        return Libtorch.class.getClassLoader().getResource(resource()) != null;
    }

    private static String resource() {
        return "org/bytedeco/pytorch/" + platform() + "/" + System.mapLibraryName("jnitorch");
    }

    private static String platform() {
        return Loader.Detector.getPlatform();
    }

    /**
     * Loads it, once.
     *
     * @throws EngineException TRAINING_UNAVAILABLE saying what is missing
     */
    public static void require(int threads) {
        if (!isPresent()) {
            throw new EngineException(
                    Fault.TRAINING_UNAVAILABLE,
                    "QAT needs libtorch, whose native files for " + platform() + " are not installed here: '"
                            + resource() + "' is not on the class path (org.bytedeco:pytorch with the classifier "
                            + platform() + "). All other techniques work without.");
        }
        // Its memory is not the heap's: what may be used is for the process's limits to say.
        System.setProperty("org.bytedeco.javacpp.maxphysicalbytes", "0");
        System.setProperty("org.bytedeco.javacpp.maxbytes", "0");
        NativeEnvironment.setIfAbsent("OMP_WAIT_POLICY", "PASSIVE");
        try {
            torch.set_num_threads(threads);
        } catch (UnsatisfiedLinkError | NoClassDefFoundError | ExceptionInInitializerError e) {
            throw new EngineException(
                    Fault.TRAINING_UNAVAILABLE, "QAT needs libtorch, which can't be loaded here: " + e.getMessage(), e);
        }
    }
}
