package dev.octet.engine.train.learn;

import dev.octet.engine.scheme.TrainingOptions;
import dev.octet.engine.scheme.TrainingOptions.Optimizer;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.OutputArchive;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Steps of all parameters down their gradients. */
final class Descent implements AutoCloseable {

    /** The longest that the gradient of all parameters together may be. */
    private static final double LONGEST = 1;

    private static final double MOMENTUM = 0.9;

    private final List<Parameter> parameters;
    private final TensorVector shares;
    private final org.bytedeco.pytorch.Optimizer optimizer;

    Descent(List<Parameter> parameters, TrainingOptions options) {
        this.parameters = parameters;
        this.shares = new TensorVector(parameters.stream().map(Parameter::share).toArray(Tensor[]::new));
        this.optimizer = optimizer(shares, options);
    }

    private static org.bytedeco.pytorch.Optimizer optimizer(TensorVector shares, TrainingOptions options) {
        if (options.optimizer() == Optimizer.SGD) {
            SGDOptions sgd = new SGDOptions(0.01);
            sgd.momentum().put(MOMENTUM);
            sgd.weight_decay().put(options.weightDecay());
            return new SGD(shares, sgd);
        }
        AdamWOptions adamW = new AdamWOptions(0.01);
        adamW.weight_decay().put(options.weightDecay());
        return new AdamW(shares, adamW);
    }

    /** Forgets the gradients. */
    void clear() {
        optimizer.zero_grad(true);
    }

    /** One step at {@code rate}; the gradient is shortened where it is too long. */
    void step(double rate) {
        try (PointerScope _ = new PointerScope();
                NoGradGuard _ = new NoGradGuard()) {
            torch.clip_grad_norm_(shares, LONGEST);
            optimizer.param_groups().get(0).options().set_lr(rate);
            optimizer.step();
            parameters.forEach(Parameter::limit);
        }
    }

    void save(OutputArchive archive) {
        optimizer.save(archive);
    }

    void load(InputArchive archive) {
        optimizer.load(archive);
    }

    @Override
    public void close() {
        optimizer.close();
        shares.close();
    }
}
