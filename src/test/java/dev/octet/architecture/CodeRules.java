package dev.octet.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/** Habits that hold in all of the code, engine and service alike. */
final class CodeRules {
    static final List<HouseRule> ALL = List.of(
            new HouseRule("packages form no cycle", "SchemeUsesGraph", CodeRules::acyclic),
            new HouseRule("nothing is injected into fields", "InjectsAField", CodeRules::constructors),
            new HouseRule("packages have product words for names", "NamedAfterALayer", CodeRules::names),
            new HouseRule("each package is described and null-marked", "WithoutPackageInfo", CodeRules::described),
            new HouseRule("dates are java.time's", "KeepsAnOldDate", CodeRules::dates),
            new HouseRule("time, ids and chance come from platform", "ReadsTheClock", CodeRules::injected),
            new HouseRule("the client starts without Spring", "ClientUsesSpring", CodeRules::client));

    /** Holds for test classes. */
    static final HouseRule AWAKE = new HouseRule("tests do not sleep", "SleepsInATest", CodeRules::awake);

    private static final Set<String> LAYERS =
            Set.of("controller", "service", "impl", "util", "utils", "common", "dto", "helper", "manager");

    private static final Set<String> AMBIENT = Set.of(
            "java.lang.System.currentTimeMillis()",
            "java.lang.Math.random()",
            "java.time.Clock.systemUTC()",
            "java.time.Clock.systemDefaultZone()",
            "java.time.Instant.now()",
            "java.time.LocalDate.now()",
            "java.time.LocalDateTime.now()",
            "java.time.OffsetDateTime.now()",
            "java.time.ZonedDateTime.now()",
            "java.util.Random.<init>()",
            "java.util.UUID.randomUUID()",
            "java.util.concurrent.ThreadLocalRandom.current()");

    private CodeRules() {}

    private static ArchRule acyclic(String root) {
        return slices().matching(root + ".(**)").should().beFreeOfCycles().allowEmptyShould(false);
    }

    private static ArchRule constructors(String root) {
        return noFields()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage(root + "..")
                .should()
                .beAnnotatedWith(new DescribedPredicate<JavaAnnotation<?>>("an annotation that injects") {
                    @Override
                    public boolean test(JavaAnnotation<?> annotation) {
                        return Set.of("Autowired", "Value", "Inject", "Resource", "PersistenceContext")
                                .contains(annotation.getRawType().getSimpleName());
                    }
                })
                .allowEmptyShould(false);
    }

    private static ArchRule names(String root) {
        return classes()
                .that()
                .resideInAPackage(root + "..")
                .should(condition(
                        "have a package named after no layer",
                        type -> Arrays.stream(type.getPackageName().split("\\."))
                                .noneMatch(LAYERS::contains)))
                .allowEmptyShould(false);
    }

    private static ArchRule described(String root) {
        return classes()
                .that(resideInAPackage(root + "..").and(not(resideInAPackage(root + ".engine.onnx.proto.."))))
                .should(condition(
                        "have a package-info with @NullMarked",
                        type -> type.getPackage()
                                .tryGetPackageInfo()
                                .filter(info -> info.isAnnotatedWith(NullMarked.class))
                                .isPresent()))
                .allowEmptyShould(false);
    }

    private static ArchRule dates(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Date")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Calendar")
                .allowEmptyShould(false);
    }

    private static ArchRule injected(String root) {
        return noClasses()
                .that(resideInAPackage(root + "..").and(not(resideInAnyPackage(root + ".platform.."))))
                .should()
                .accessTargetWhere(target("time, ids or chance of the machine", AMBIENT))
                .allowEmptyShould(false);
    }

    private static ArchRule client(String root) {
        return classes()
                .that()
                .resideInAPackage(root + ".client..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        root + ".client..",
                        "java..",
                        "org.jspecify..",
                        "org.springframework.modulith",
                        "org.yaml.snakeyaml..",
                        "picocli..",
                        "tools.jackson.."))
                .allowEmptyShould(false);
    }

    private static ArchRule awake(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .should()
                .accessTargetWhere(
                        target("sleep", Set.of("java.lang.Thread.sleep", "java.util.concurrent.TimeUnit.sleep")))
                .allowEmptyShould(false);
    }

    private static DescribedPredicate<JavaAccess<?>> target(String what, Set<String> calls) {
        return DescribedPredicate.describe(what, access -> {
            String name =
                    access.getTargetOwner().getName() + "." + access.getTarget().getName();
            return calls.contains(name) || calls.contains(access.getTarget().getFullName());
        });
    }

    private static ArchCondition<JavaClass> condition(String words, Predicate<JavaClass> holds) {
        return new ArchCondition<>(words) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                events.add(new SimpleConditionEvent(type, holds.test(type), type.getName() + " should " + words));
            }
        };
    }
}
