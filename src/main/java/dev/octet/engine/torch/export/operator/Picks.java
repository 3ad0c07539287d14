package dev.octet.engine.torch.export.operator;

import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.export.OnnxCall;
import dev.octet.engine.torch.export.Operand.OfTensor;
import dev.octet.engine.torch.export.Size;
import dev.octet.engine.torch.export.Translations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Parts of tensors: by place, by range. */
final class Picks {

    private Picks() {}

    static void addTo(Translations translations) {
        translations
                .add("Slice", Picks::slice)
                .add("Gather", Picks::gather)
                .add("GatherElements", Picks::elements)
                .add("GatherND", Picks::points);
    }

    private static void slice(OnnxCall call) {
        OfTensor value = call.tensor(0);
        List<Size> starts = call.sizes(1);
        List<Size> ends = call.sizes(2);
        List<Long> axes = call.has(3)
                ? call.integers(3)
                : IntStream.range(0, starts.size()).mapToObj(i -> (long) i).toList();
        List<Long> steps = call.has(4) ? call.integers(4) : Collections.nCopies(starts.size(), 1L);
        for (int i = 0; i < starts.size(); i++) {
            int axis = call.axis(axes.get(i), value.rank());
            value = slice(call, value, axis, starts.get(i), ends.get(i), steps.get(i));
        }
        call.give(value);
    }

    private static OfTensor slice(OnnxCall call, OfTensor input, int axis, Size start, Size end, long step) {
        Size length = input.size(axis);
        if (step == -1 && start.isKnown() && end.isKnown() && isAll(length, start.known(), end.known())) {
            return call.aten("flip.default")
                    .tensor("self", input)
                    .wholes("dims", List.of((long) axis))
                    .outLike(input);
        }
        if (step < 1) {
            throw call.refuse("steps of " + step);
        }
        Size from = bound(start, length);
        Size to = bound(end, length);
        Size count = to.minus(from).plus(step - 1).dividedBy(Size.of(step));
        List<Size> sizes = new ArrayList<>(input.sizes());
        sizes.set(axis, count.isKnown() ? Size.of(Math.max(0, count.known())) : count);
        return call.aten("slice.Tensor")
                .tensor("self", input)
                .whole("dim", axis)
                .size("start", from)
                .size("end", to)
                .whole("step", step)
                .out(input.type(), sizes);
    }

    private static boolean isAll(Size length, long start, long end) {
        boolean fromLast = start == -1 || start > Integer.MAX_VALUE || length.is(start + 1);
        return fromLast && (end <= Integer.MIN_VALUE || (length.isKnown() && end < -length.known()));
    }

    /** A place as ONNX gives it, counted from the front and inside of the axis. */
    private static Size bound(Size place, Size length) {
        if (!place.isKnown()) {
            // A computed place counts from the front; PyTorch holds it to the axis as ONNX does.
            return place;
        }
        long at = place.known();
        if (length.isKnown()) {
            long size = length.known();
            return Size.of(Math.clamp(at < 0 ? at + size : at, 0, size));
        }
        if (at >= Integer.MAX_VALUE) {
            return length;
        }
        return at < 0 ? length.plus(at) : place;
    }

    private static void gather(OnnxCall call) {
        OfTensor data = call.tensor(0);
        int axis = call.axis(call.attribute("axis", 0), data.rank());
        Optional<Tensor> constant = call.constant(1);
        if (constant.isPresent() && constant.get().rank() == 0) {
            long place = constant.get().toLongs()[0];
            List<Size> sizes = new ArrayList<>(data.sizes());
            sizes.remove(axis);
            call.give(call.aten("select.int")
                    .tensor("self", data)
                    .whole("dim", axis)
                    .whole("index", place)
                    .out(data.type(), sizes));
            return;
        }
        OfTensor places = call.tensor(1);
        List<Size> sizes = new ArrayList<>(data.sizes().subList(0, axis));
        sizes.addAll(places.sizes());
        sizes.addAll(data.sizes().subList(axis + 1, data.rank()));
        boolean fromFront = constant.map(Picks::countsFromFront).orElse(true);
        if (axis == 0 && data.rank() == 2 && fromFront && isTable(call, places)) {
            call.give(call.aten("embedding.default")
                    .tensor("weight", data)
                    .tensor("indices", places)
                    .out(data.type(), sizes));
            return;
        }
        List<@Nullable OfTensor> indices = new ArrayList<>(Collections.nCopies(axis, null));
        indices.add(places);
        call.give(call.aten("index.Tensor")
                .tensor("self", data)
                .optionals("indices", indices)
                .out(data.type(), sizes));
    }

    /** Whether rows of the model's own are read by whole numbers. */
    private static boolean isTable(OnnxCall call, OfTensor places) {
        return call.isOwn(0) && (places.type() == ElementType.INT64 || places.type() == ElementType.INT32);
    }

    private static boolean countsFromFront(Tensor places) {
        return Arrays.stream(places.toLongs()).allMatch(place -> place >= 0);
    }

    private static void elements(OnnxCall call) {
        OfTensor data = call.tensor(0);
        OfTensor places = call.tensor(1);
        int axis = call.axis(call.attribute("axis", 0), data.rank());
        call.give(call.aten("gather.default")
                .tensor("self", data)
                .whole("dim", axis)
                .tensor("index", call.cast(places, ElementType.INT64))
                .out(data.type(), places.sizes()));
    }

    /** Places in the last axis, one for each of the first axes. */
    private static void points(OnnxCall call) {
        OfTensor data = call.tensor(0);
        OfTensor places = call.tensor(1);
        Size depth = places.size(places.rank() - 1);
        if (call.attribute("batch_dims", 0) != 0 || !depth.isKnown()) {
            throw call.refuse("places in batches, or of a depth that depends on the inputs");
        }
        List<Size> around = places.sizes().subList(0, places.rank() - 1);
        List<@Nullable OfTensor> indices = new ArrayList<>();
        for (long i = 0; i < depth.known(); i++) {
            indices.add(call.aten("select.int")
                    .tensor("self", places)
                    .whole("dim", places.rank() - 1L)
                    .whole("index", i)
                    .out(places.type(), around));
        }
        List<Size> sizes = new ArrayList<>(around);
        sizes.addAll(data.sizes().subList((int) depth.known(), data.rank()));
        call.give(call.aten("index.Tensor")
                .tensor("self", data)
                .optionals("indices", indices)
                .out(data.type(), sizes));
    }
}
