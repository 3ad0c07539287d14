package dev.octet.engine.train.learn;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.train.execute.Tensors;
import dev.octet.engine.train.task.Epoch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.OutputArchive;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The file that a training goes on from: parameters, the optimizer's moments, the best parameters so far, what each epoch brought.
 *
 * <p>An archive of libtorch, written under another name, synced and renamed.
 */
final class Checkpoint {

    private static final int NUMBERS = 6;

    private Checkpoint() {}

    /** Where a training stood. */
    record State(Snapshot best, List<Epoch> epochs, double seconds) {}

    /**
     * Writes {@code state} to {@code file}.
     *
     * @param run tells the training from others: what it is of and how it is asked for
     */
    static void write(Path file, String run, State state, List<Parameter> parameters, Descent descent) {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (PointerScope _ = new PointerScope()) {
            OutputArchive archive = new OutputArchive();
            archive.write("run", bytes(run), true);
            archive.write("epochs", numbers(state.epochs()), true);
            archive.write("seconds", Tensor.create(new double[] {state.seconds()}, 1), true);
            for (int i = 0; i < parameters.size(); i++) {
                archive.write("share" + i, parameters.get(i).share().detach(), true);
                archive.write("best" + i, state.best().shares().get(i), true);
            }
            OutputArchive moments = new OutputArchive();
            descent.save(moments);
            archive.write("moments", moments);
            archive.save_to(temporary.toString());
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw EngineException.ofIo("The checkpoint " + file.getFileName() + " can't be written", e);
        }
    }

    /** Brings all to where {@code file} says; empty, with nothing changed, where it is of another run or can't be read. */
    static Optional<State> read(Path file, String run, List<Parameter> parameters, Descent descent) {
        try (PointerScope _ = new PointerScope();
                NoGradGuard _ = new NoGradGuard()) {
            InputArchive archive = new InputArchive();
            archive.load_from(file.toString());
            if (!run.equals(text(tensor(archive, "run")))) {
                return Optional.empty();
            }
            List<Tensor> shares = new ArrayList<>();
            for (int i = 0; i < parameters.size(); i++) {
                shares.add(tensor(archive, "share" + i));
            }
            InputArchive moments = new InputArchive();
            archive.read("moments", moments);
            descent.load(moments);
            Snapshot.taking(shares).restore(parameters);
            List<Tensor> best = new ArrayList<>();
            for (int i = 0; i < parameters.size(); i++) {
                Tensor share = tensor(archive, "best" + i);
                best.add(Tensors.kept(() -> share.clone()));
            }
            return Optional.of(new State(
                    Snapshot.taking(best),
                    epochs(tensor(archive, "epochs")),
                    tensor(archive, "seconds").item_double()));
        } catch (RuntimeException e) {
            // Whatever is wrong with it: training from the start is never wrong.
            return Optional.empty();
        }
    }

    private static Tensor tensor(InputArchive archive, String key) {
        Tensor tensor = new Tensor();
        archive.read(key, tensor, true);
        return tensor;
    }

    private static Tensor bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long[] codes = new long[bytes.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = bytes[i];
        }
        return Tensor.create(codes, codes.length);
    }

    private static String text(Tensor codes) {
        long[] values = Tensors.longs(codes);
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Tensor numbers(List<Epoch> epochs) {
        double[] numbers = new double[epochs.size() * NUMBERS];
        for (int i = 0; i < epochs.size(); i++) {
            Epoch epoch = epochs.get(i);
            double[] row = {
                epoch.number(),
                epoch.loss(),
                epoch.heldOutLoss(),
                epoch.agreement(),
                epoch.learningRate(),
                epoch.seconds()
            };
            System.arraycopy(row, 0, numbers, i * NUMBERS, NUMBERS);
        }
        return Tensor.create(numbers, epochs.size(), NUMBERS);
    }

    private static List<Epoch> epochs(Tensor tensor) {
        double[] n = new double[Math.toIntExact(tensor.numel())];
        tensor.to(ScalarType.Double).contiguous().data_ptr_double().get(n);
        List<Epoch> epochs = new ArrayList<>();
        for (int i = 0; i < n.length; i += NUMBERS) {
            epochs.add(new Epoch((int) n[i], n[i + 1], n[i + 2], n[i + 3], n[i + 4], n[i + 5]));
        }
        return epochs;
    }
}
