package dev.octet.engine.train;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Value;
import dev.octet.engine.scheme.TrainingOptions.Optimizer;
import dev.octet.engine.train.execute.Program;
import dev.octet.engine.train.learn.Chunks;
import dev.octet.engine.train.learn.Course;
import dev.octet.engine.train.learn.Lesson;
import dev.octet.engine.train.learn.Student;
import dev.octet.engine.train.learn.Units;
import dev.octet.engine.train.task.HoldOut;
import dev.octet.engine.train.task.Trained;
import dev.octet.engine.train.task.TrainingListener;
import dev.octet.engine.train.task.TrainingTask;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.global.torch;

/**
 * Quantization-aware training: learns weights and encodings with rounding in the loop.
 *
 * <pre>
 * teacher (float) -------------------- answers \
 *                                               distance - gradients - step - …
 * student (rounded as the file will) - answers /
 * </pre>
 */
public final class Trainer {

    private Trainer() {}

    /**
     * Checks that {@code graph} can be trained through.
     *
     * @throws dev.octet.engine.scheme.EngineException MODEL_UNSUPPORTED naming operators and nodes that can't
     */
    public static void require(Graph graph) {
        Program.require(graph, graph.outputs().stream().map(Value::name).collect(Collectors.toSet()));
    }

    /**
     * Trains, and gives back the best epoch.
     *
     * @throws dev.octet.engine.scheme.EngineException TRAINING_UNAVAILABLE without libtorch, MODEL_UNSUPPORTED naming operators and
     *     nodes that can't be trained through
     */
    public static Trained train(TrainingTask task, TrainingListener listener) {
        Libtorch.require(task.threads());
        torch.manual_seed(task.seed());
        Set<String> values = Lesson.values(task.answers(), task.features());
        Units units = task.options().optimizer() == Optimizer.SGD ? Units.ONE : Units.OWN;
        try (Program teacher = Program.of(task.teacher(), values);
                Student student = new Student(task.start(), task.plan(), values, task.reduceRange(), units)) {
            Lesson lesson = new Lesson(
                    student,
                    teacher,
                    task.answers(),
                    task.features(),
                    task.options().loss());
            HoldOut holdOut = task.holdOut();
            try (Chunks samples = new Chunks(task.samples(), at -> !holdOut.holds(at), lesson::teach);
                    Chunks heldOut = new Chunks(task.samples(), holdOut::holds, lesson::teach)) {
                try (Course course = new Course(task, student, lesson, samples, heldOut, listener)) {
                    return course.run();
                }
            }
        }
    }
}
