package dev.octet.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.ApplicationModule;
import org.springframework.modulith.core.ApplicationModules;

/** Holds the modules of the service to what each one declares in its package-info. */
class ModulesTest {
    private static final String STRATEGY = "spring.modulith.detection-strategy";
    private static final ImportOption PRODUCT = location -> !isTest(location);
    private static final ImportOption EVERYTHING = location -> true;
    private static final String PLANTED = Sources.PLANTED + ".modules";

    @BeforeAll
    static void seeTheHouseAsItIs() {
        System.setProperty(STRATEGY, HouseModules.class.getName());
    }

    @AfterAll
    static void forget() {
        System.clearProperty(STRATEGY);
    }

    @Test
    void theModulesUseWhatTheyDeclare() {
        ApplicationModules.of(Sources.ROOT, PRODUCT).verify();
    }

    @Test
    void aModuleThatUsesWhatItDoesNotDeclareIsFound() {
        assertThat(violations()).anySatisfy(message -> assertThat(message).contains("UsesWhatIsNotAllowed"));
    }

    @Test
    void aModuleThatReachesBehindTheDoorIsFound() {
        assertThat(violations()).anySatisfy(message -> assertThat(message).contains("ReachesInside"));
    }

    @Test
    void theDoorAndTheVocabularyAreOpen() {
        assertThat(violations())
                .noneSatisfy(message -> assertThat(message).contains("EntersByTheDoor"))
                .noneSatisfy(message -> assertThat(message).contains("SpeaksTheVocabulary"));
    }

    @Test
    void eachModuleOfTheServiceSaysWhatItMayUse() {
        assertThat(undeclared(Sources.ROOT, PRODUCT)).containsExactly("engine");
    }

    @Test
    void aModuleThatSaysNothingIsFound() {
        assertThat(undeclared(PLANTED, EVERYTHING)).containsExactly("engine", "open");
    }

    private static List<String> violations() {
        return ApplicationModules.of(PLANTED, EVERYTHING).detectViolations().getMessages();
    }

    private static Set<String> undeclared(String root, ImportOption option) {
        Set<String> names = new TreeSet<>();
        ApplicationModules.of(root, option).forEach(module -> {
            boolean declared = module.getBasePackage()
                    .findAnnotation(ApplicationModule.class)
                    .filter(annotation ->
                            !List.of(annotation.allowedDependencies()).contains(ApplicationModule.OPEN_TOKEN))
                    .isPresent();
            if (!declared) {
                names.add(module.getIdentifier().toString());
            }
        });
        return names;
    }

    private static boolean isTest(Location location) {
        return location.contains("/test-classes/") || location.contains("/dev/octet/architecture/");
    }
}
