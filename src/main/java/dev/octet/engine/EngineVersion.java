package dev.octet.engine;

import dev.octet.engine.report.Build;
import dev.octet.engine.runtime.OrtRunner;
import picocli.CommandLine.IVersionProvider;

/** What this engine is and runs on, in lines for people. */
public final class EngineVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {
            "octet " + Build.ofThis(), "onnxruntime " + OrtRunner.version(), "java " + Runtime.version()
        };
    }
}
