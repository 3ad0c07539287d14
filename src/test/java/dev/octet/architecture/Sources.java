package dev.octet.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;

/** The compiled classes that the rules are held against, told apart by the folder of their source. */
final class Sources {
    static final String ROOT = "dev.octet";
    static final String PLANTED = "dev.octet.architecture.planted";

    private Sources() {}

    /** Everything below {@code root}, whichever folder it comes from. */
    static JavaClasses all(String root) {
        return new ClassFileImporter().importPackages(root);
    }

    /** The product: all classes whose source is not a test's, generated ones included. */
    static JavaClasses product() {
        return all(ROOT).that(DescribedPredicate.describe("product", type -> !isTest(type)));
    }

    /** The tests, less the planted violations. */
    static JavaClasses tests() {
        return all(ROOT)
                .that(DescribedPredicate.describe(
                        "tests", type -> isTest(type) && !type.getPackageName().startsWith(PLANTED)));
    }

    private static boolean isTest(JavaClass type) {
        String outermost = type.getName().replaceFirst("\\$.*", "");
        return Files.exists(Path.of("src/test/java", outermost.replace('.', '/') + ".java"));
    }
}
