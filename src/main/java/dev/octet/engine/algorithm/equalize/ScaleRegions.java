package dev.octet.engine.algorithm.equalize;

import dev.octet.engine.algorithm.Activations;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.plan.EncodedValues;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.rewrite.equalize.FindRegions;
import dev.octet.engine.rewrite.equalize.ScaleChannels;
import dev.octet.engine.rewrite.equalize.ScaleRegion;
import dev.octet.engine.rewrite.equalize.WeightLayout;
import dev.octet.engine.scheme.QuantizationSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Scales the channels of those regions of a network for which that lowers the noise of the layers that read them. */
final class ScaleRegions {

    /** Below this there is nothing to gain that measuring would show. */
    private static final double LEAST_GAIN = 0.02;

    /** A multiplication more has to bring a decibel at least. */
    private static final double LEAST_GAIN_INSERTED = 0.2;

    private final Model model;
    private final Graph graph;
    private final Uses uses;
    private final Placement placement;
    private final QuantizationSettings settings;
    private final Set<String> encoded;
    private final List<String> notes = new ArrayList<>();

    ScaleRegions(Model model, Placement placement, QuantizationSettings settings) {
        this.model = model;
        this.graph = model.graph();
        this.uses = Uses.of(graph);
        this.placement = placement;
        this.settings = settings;
        this.encoded = EncodedValues.of(graph, uses, placement).groups().keySet();
    }

    /**
     * A place where scales may be applied.
     *
     * @param region what they pass through; one value alone where they are to be multiplied in
     * @param layers those on integers, which gain
     * @param inserted whether a Mul has to be put in
     */
    private record Site(ScaleRegion region, List<Node> layers, Set<String> observed, boolean inserted) {}

    /**
     * The scaled model.
     *
     * @param wanted which regions to look at
     * @param inserting whether a Mul may be put in front of layers that read a float value through which scales do not pass
     * @return with a note for each region that was scaled, and one for each reason why others were not
     */
    Rewrite.Result perform(Predicate<ScaleRegion> wanted, boolean inserting, Activations activations) {
        List<Site> sites = sites(wanted, inserting);
        Map<String, ChannelValues> peaks = new LinkedHashMap<>();
        for (Site site : sites) {
            site.observed()
                    .forEach(value -> peaks.put(
                            value,
                            new ChannelValues(
                                    site.region().axis(), site.region().channels())));
        }
        activations.run(model, peaks.keySet(), (value, _, shape, values) -> {
            ChannelValues of = peaks.get(value);
            if (of != null) {
                of.accept(shape, values);
            }
        });
        Model scaled = model;
        for (Site site : sites) {
            scaled = scaled(scaled, site, peaks);
        }
        return new Rewrite.Result(scaled, notes);
    }

    private Model scaled(Model current, Site site, Map<String, ChannelValues> observed) {
        ScaleRegion region = site.region();
        List<ScaleNoise> noises = new ArrayList<>();
        for (Node layer : site.layers()) {
            noises.add(noise(graph, layer, Objects.requireNonNull(observed.get(layer.input(0))), settings));
        }
        double[] peaks = new double[region.channels()];
        for (String value : site.observed()) {
            ChannelValues of = Objects.requireNonNull(observed.get(value));
            Arrays.setAll(peaks, c -> Math.max(peaks[c], of.peak(c)));
        }
        ChooseScales.Chosen chosen = ChooseScales.of(noises, peaks, bound(region));
        String name = site.layers().getFirst().label();
        double least = site.inserted() ? LEAST_GAIN_INSERTED : LEAST_GAIN;
        if (chosen.after() > chosen.before() * (1 - least)) {
            notes.add("left the channels before " + name + ": they are even enough");
            return current;
        }
        notes.add(String.format(
                Locale.ROOT,
                "%s %d channels before %s with strength %.1f: expected noise %.1f dB lower",
                site.inserted() ? "multiplied" : "scaled",
                region.channels(),
                name,
                chosen.strength(),
                10 * Math.log10(chosen.before() / chosen.after())));
        return site.inserted()
                ? ScaleChannels.inserted(current, region.values().getFirst(), region.layers(), chosen.scales())
                : ScaleChannels.perform(current, region, chosen.scales());
    }

    static ScaleNoise noise(Graph graph, Node layer, ChannelValues input, QuantizationSettings settings) {
        int bits = settings.activationType().bits();
        int weightBits = settings.weightType().bits() - (settings.reduceRange() ? 1 : 0);
        return new ScaleNoise(
                graph, layer, input, settings.perChannel(), Math.pow(2, bits) - 1, Math.pow(2, weightBits - 1) - 1);
    }

    private double bound(ScaleRegion region) {
        return ScaleRegion.nodes(graph, region.clips()).stream()
                .mapToDouble(clip -> graph.constant(clip.input(2)).orElseThrow().toFloats()[0])
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    private List<Site> sites(Predicate<ScaleRegion> wanted, boolean inserting) {
        List<Site> sites = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Set<String> reasons = new LinkedHashSet<>();
        for (Node layer : graph.nodes()) {
            if (!isOnIntegers(layer) || !seen.add(layer.id())) {
                continue;
            }
            FindRegions.Found found = FindRegions.before(graph, uses, layer);
            Optional<ScaleRegion> region = found.region().filter(wanted);
            Optional<Site> alone = found.region().isEmpty() && inserting ? inserted(layer) : Optional.empty();
            if (alone.isPresent()) {
                alone.get().layers().forEach(each -> seen.add(each.id()));
                sites.add(alone.get());
                continue;
            }
            if (region.isEmpty()) {
                found.region().ifPresentOrElse(_ -> {}, () -> reasons.add(layer.label() + ": " + found.obstacle()));
                continue;
            }
            List<Node> layers = ScaleRegion.nodes(graph, region.get().layers()).stream()
                    .filter(this::isOnIntegers)
                    .toList();
            layers.forEach(each -> seen.add(each.id()));
            Set<String> observed = new LinkedHashSet<>(
                    region.get().values().stream().filter(encoded::contains).toList());
            layers.forEach(each -> observed.add(each.input(0)));
            ScaleRegion.nodes(graph, region.get().clips()).forEach(clip -> observed.add(clip.output(0)));
            sites.add(new Site(region.get(), layers, observed, false));
        }
        reasons.stream().limit(5).forEach(reason -> notes.add("skipped " + reason));
        if (reasons.size() > 5) {
            notes.add("skipped " + (reasons.size() - 5) + " more layers for like reasons");
        }
        return sites;
    }

    /** The layers on integers that read what {@code layer} reads, where that is computed in floating point and of known rank. */
    private Optional<Site> inserted(Node layer) {
        String value = layer.input(0);
        boolean inFloat = uses.producer(value)
                .filter(node -> !placement.isQuantized(node))
                .isPresent();
        if (!inFloat || layer.is("Conv") || !(graph.typeOf(value) instanceof TensorType type) || type.rank() < 2) {
            return Optional.empty();
        }
        int channels = WeightLayout.of(graph, layer).orElseThrow().inputs();
        List<Node> layers = uses.consumers(value).stream()
                .filter(node -> isOnIntegers(node) && node.input(0).equals(value) && !node.is("Conv"))
                .toList();
        ScaleRegion alone = new ScaleRegion(
                type.rank() - 1,
                channels,
                List.of(),
                List.of(),
                List.of(),
                layers.stream().map(Node::id).toList(),
                List.of(value));
        return Optional.of(new Site(alone, layers, Set.of(value), true));
    }

    private boolean isOnIntegers(Node node) {
        return placement.isQuantized(node) && placement.rule(node).isCompute() && encoded.contains(node.input(0));
    }
}
