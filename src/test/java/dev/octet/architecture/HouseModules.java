package dev.octet.architecture;

import java.util.stream.Stream;
import org.springframework.modulith.core.ApplicationModuleDetectionStrategy;
import org.springframework.modulith.core.ApplicationModuleInformation;
import org.springframework.modulith.core.JavaPackage;
import org.springframework.modulith.core.NamedInterfaces;

/**
 * How Modulith sees the house: each package below the top is a module, and the vocabulary goes with the engine's door.
 * The engine can't say the latter by an annotation, since it is free of Spring.
 */
public final class HouseModules implements ApplicationModuleDetectionStrategy {
    @Override
    public Stream<JavaPackage> getModuleBasePackages(JavaPackage root) {
        return root.getDirectSubPackages().stream();
    }

    @Override
    public NamedInterfaces detectNamedInterfaces(JavaPackage module, ApplicationModuleInformation information) {
        return module.getLocalName().equals("engine")
                ? NamedInterfaces.builder(module).matching("scheme").build()
                : ApplicationModuleDetectionStrategy.super.detectNamedInterfaces(module, information);
    }
}
