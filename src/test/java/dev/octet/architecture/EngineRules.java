package dev.octet.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;

/** What the parts of the engine may use of each other, of the service and of libraries. */
final class EngineRules {
    /** What puts things together may use: all that lies below. */
    private static final String[] BELOW_REPORT = {
        "scheme",
        "graph",
        "onnx",
        "torch",
        "data",
        "observe",
        "plan",
        "rewrite",
        "algorithm",
        "runtime",
        "evaluate",
        "recipe",
        "train",
        "search"
    };

    /** The table of contents; the door puts things together, so it has no arrow of its own. */
    static final List<HouseRule> ALL = List.of(
            arrows("SchemeUsesGraph", "scheme"),
            arrows("GraphUsesPlan", "graph", "scheme"),
            arrows("OnnxUsesRewrite", "onnx", "scheme", "graph"),
            arrows("TorchUsesOnnx", "torch", "scheme", "graph", "data"),
            arrows("DataUsesGraph", "data", "scheme"),
            arrows("ObserveUsesRuntime", "observe", "scheme", "graph", "data"),
            arrows("PlanUsesOnnx", "plan", "scheme", "graph"),
            arrows("RewriteUsesObserve", "rewrite", "scheme", "graph", "plan"),
            arrows("OutlineUsesRuntime", "outline", "scheme", "graph", "plan", "rewrite"),
            arrows("AlgorithmUsesRuntime", "algorithm", "scheme", "graph", "onnx", "observe", "plan", "rewrite"),
            arrows("RuntimeUsesPlan", "runtime", "scheme", "graph", "onnx", "data"),
            arrows("EvaluateUsesRuntime", "evaluate", "scheme", "graph"),
            arrows("RecipeUsesRuntime", "recipe", "scheme", "data", "plan"),
            arrows("TrainUsesSearch", "train", "scheme", "graph", "data", "plan"),
            arrows("SearchUsesReport", "search", BELOW_REPORT),
            arrows("ReportUsesDoor", "report", BELOW_REPORT),
            new HouseRule("the service uses the door and the vocabulary only", "ModelsUsesGraph", EngineRules::door),
            new HouseRule("the engine knows nothing of the service", "EngineUsesJobs", EngineRules::alone),
            new HouseRule("the engine uses few libraries", "GraphUsesSpring", EngineRules::libraries),
            new HouseRule("the engine speaks to no database", "RewriteUsesSql", EngineRules::database),
            new HouseRule(
                    "protobuf is seen by engine.onnx only",
                    "DataUsesProtobuf",
                    root -> only(root, "engine.onnx..", "com.google.protobuf..", root + ".engine.onnx.proto..")),
            new HouseRule(
                    "ONNX Runtime is seen by engine.runtime only",
                    "PlanUsesOnnxRuntime",
                    root -> only(root, "engine.runtime..", "ai.onnxruntime..")),
            new HouseRule(
                    "libtorch is seen by engine.train only",
                    "SearchUsesLibtorch",
                    root -> only(root, "engine.train..", "org.bytedeco..")),
            new HouseRule(
                    "tokenizers are seen by engine.data.text only",
                    "PlanUsesTokenizers",
                    root -> only(root, "engine.data.text..", "ai.djl..")),
            new HouseRule(
                    "within the engine only the door, its recipe, its report, texts and exported programs speak JSON",
                    "PlanUsesJackson",
                    root -> inside(
                            root,
                            List.of(
                                    root + ".engine",
                                    root + ".engine.recipe",
                                    root + ".engine.report",
                                    root + ".engine.data.text",
                                    root + ".engine.torch.program"),
                            "tools.jackson..",
                            "com.fasterxml.jackson..")),
            new HouseRule(
                    "within the engine only the door reads command lines",
                    "PlanUsesPicocli",
                    root -> inside(root, List.of(root + ".engine"), "picocli..")));

    private EngineRules() {}

    private static HouseRule arrows(String culprit, String part, String... mayUse) {
        return new HouseRule("engine." + part + " uses only " + List.of(mayUse), culprit, root -> {
            String[] allowed = Stream.concat(Stream.of(part), Stream.of(mayUse))
                    .map(name -> root + ".engine." + name + "..")
                    .toArray(String[]::new);
            return noClasses()
                    .that()
                    .resideInAPackage(root + ".engine." + part + "..")
                    .should()
                    .dependOnClassesThat(resideInAPackage(root + "..").and(not(resideInAnyPackage(allowed))))
                    .allowEmptyShould(false);
        });
    }

    private static ArchRule door(String root) {
        return noClasses()
                .that(resideInAPackage(root + "..").and(not(resideInAPackage(root + ".engine.."))))
                .should()
                .dependOnClassesThat(resideInAPackage(root + ".engine..")
                        .and(not(resideInAnyPackage(root + ".engine", root + ".engine.scheme"))))
                .allowEmptyShould(false);
    }

    private static ArchRule alone(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + ".engine..")
                .should()
                .dependOnClassesThat(resideInAPackage(root + "..").and(not(resideInAPackage(root + ".engine.."))))
                .allowEmptyShould(false);
    }

    private static ArchRule libraries(String root) {
        return classes()
                .that()
                .resideInAPackage(root + ".engine..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "java..", "javax.imageio..", "org.slf4j..", "org.jspecify..", "com.google.protobuf..")
                        .or(resideInAnyPackage(
                                "ai.onnxruntime..",
                                "ai.djl.huggingface..",
                                "tools.jackson..",
                                "com.fasterxml.jackson.annotation.."))
                        .or(resideInAnyPackage("picocli..", "org.bytedeco..", root + "..")))
                .allowEmptyShould(false);
    }

    private static ArchRule database(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + ".engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..")
                .allowEmptyShould(false);
    }

    private static ArchRule only(String root, String owner, String... library) {
        return noClasses()
                .that(resideInAPackage(root + "..").and(not(resideInAPackage(root + "." + owner))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(library)
                .allowEmptyShould(false);
    }

    private static ArchRule inside(String root, List<String> allowed, String... library) {
        return noClasses()
                .that(resideInAPackage(root + ".engine..").and(not(resideInAnyPackage(allowed.toArray(String[]::new)))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(library)
                .allowEmptyShould(false);
    }
}
