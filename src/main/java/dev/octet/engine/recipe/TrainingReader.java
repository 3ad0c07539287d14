package dev.octet.engine.recipe;

import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.recipe.Recipe.Training;
import dev.octet.engine.scheme.TrainingOptions;
import dev.octet.engine.scheme.TrainingOptions.Loss;
import dev.octet.engine.scheme.TrainingOptions.Optimizer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what a recipe says of training. */
final class TrainingReader {

    private static final TrainingOptions DEFAULTS = TrainingOptions.DEFAULTS;

    private final @Nullable JsonFields fields;
    private final Function<@Nullable JsonFields, Preprocessing> preprocessing;

    /**
     * A reader.
     *
     * @param fields null where nothing is said
     * @param preprocessing reads how values become inputs
     */
    TrainingReader(@Nullable JsonFields fields, Function<@Nullable JsonFields, Preprocessing> preprocessing) {
        this.fields = fields;
        this.preprocessing = preprocessing;
    }

    Training training() {
        if (fields == null) {
            return new Training(null, null, Preprocessing.NONE, DEFAULTS);
        }
        Training training = new Training(
                dataset(fields),
                fields.smallInteger("samples", 2, 10_000_000),
                preprocessing.apply(fields.object("preprocessing")),
                options(fields));
        fields.refuseUnknown();
        return training;
    }

    private static TrainingOptions options(JsonFields fields) {
        Optimizer optimizer = fields.choice("optimizer", Optimizer.class);
        double rate = fields.number("learningRate", 0, 1e-9, 10);
        Integer batchSize = fields.smallInteger("batchSize", 1, 4096);
        Integer patience = fields.smallInteger("patience", 1, 10_000);
        Integer seconds = fields.smallInteger("maxSeconds", 1, 604_800);
        return new TrainingOptions(
                fields.smallInteger("epochs", 1, 10_000),
                rate == 0 ? null : rate,
                optimizer == null ? DEFAULTS.optimizer() : optimizer,
                batchSize == null ? DEFAULTS.batchSize() : batchSize,
                fields.number("weightDecay", DEFAULTS.weightDecay(), 0, 1),
                patience == null ? DEFAULTS.patience() : patience,
                seconds == null ? DEFAULTS.most() : Duration.ofSeconds(seconds),
                loss(fields.object("loss")));
    }

    private static Loss loss(@Nullable JsonFields fields) {
        if (fields == null) {
            return DEFAULTS.loss();
        }
        Loss loss = new Loss(
                fields.number("distillation", DEFAULTS.loss().distillation(), 0, 1000),
                fields.number("task", DEFAULTS.loss().task(), 0, 1000),
                fields.number("features", DEFAULTS.loss().features(), 0, 1000));
        if (loss.distillation() + loss.task() + loss.features() == 0) {
            fields.fault("", "needs a part that weighs more than 0");
        }
        fields.refuseUnknown();
        return loss;
    }

    private static @Nullable Path dataset(JsonFields fields) {
        String text = fields.text("dataset");
        try {
            return text == null ? null : Path.of(text);
        } catch (InvalidPathException e) {
            fields.fault("dataset", "is no path: " + e.getReason());
            return null;
        }
    }
}
