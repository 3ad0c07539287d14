package dev.octet.engine.search.auto;

import dev.octet.engine.algorithm.EncodeWeights;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.plan.NodeDecision;
import dev.octet.engine.plan.NodeDecision.Choice;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.plan.Role;
import dev.octet.engine.plan.Rule;
import dev.octet.engine.rewrite.InsertDynamicQuantization;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.QuantizationSettings;
import dev.octet.engine.search.Candidate;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adaptive quantization: products and LSTMs that a placement leaves in floating point get encodings from each input.
 *
 * <p>A fixed encoding has to hold the widest input that calibration saw; where inputs vary, one from each input loses less. Static
 * encodings stay wherever the placement has them, since they cost no pass over the input.
 */
final class AddDynamic {

    private static final String REASON =
            "its input is quantized as it comes: with a fixed encoding it would add too much noise";

    private static final String RECURRENT = "its inputs and states are quantized as they come";

    private AddDynamic() {}

    /** Whether {@code placement} leaves a product in floating point that could be quantized dynamically. */
    static boolean applies(Graph graph, Placement placement) {
        return graph.nodes().stream().anyMatch(node -> isLeft(node, placement));
    }

    /** Whether {@code placement} leaves a recurrent layer in floating point that could be quantized dynamically, in no other way. */
    static boolean appliesToRecurrent(Graph graph, Placement placement) {
        return graph.nodes().stream()
                .anyMatch(
                        node -> isLeft(node, placement) && placement.rule(node).role() == Role.RECURRENT);
    }

    /** {@code candidate}, static so far, with those products quantized dynamically. */
    static Candidate to(Candidate candidate, QuantizationSettings settings) {
        Graph graph = candidate.base().graph();
        QuantizationPlan plan = candidate.plan();
        Map<String, NodeDecision> decisions =
                new LinkedHashMap<>(plan.placement().decisions());
        Map<String, Rule> rules = new LinkedHashMap<>();
        Map<String, Encoding> added = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            Rule rule = plan.placement().rule(node);
            if (isLeft(node, plan.placement())) {
                EncodeWeights.of(graph, node, rule, settings, 0).ifPresent(encoding -> {
                    added.put(node.id(), encoding);
                    rules.put(node.id(), rule);
                    decisions.put(
                            node.id(),
                            new NodeDecision(Choice.QUANTIZED, rule.role() == Role.RECURRENT ? RECURRENT : REASON));
                });
            }
        }
        QuantizationPlan dynamic = new QuantizationPlan(new Placement(rules, Map.of()), Map.of(), Map.of(), added);
        Map<String, Encoding> weights = new LinkedHashMap<>(plan.weights());
        weights.putAll(added);
        return new Candidate(
                candidate.base(),
                InsertDynamicQuantization.perform(candidate.model(), dynamic),
                new QuantizationPlan(
                        new Placement(plan.placement().rules(), decisions), plan.groups(), plan.activations(), weights),
                candidate.statistics(),
                candidate.notes());
    }

    private static boolean isLeft(Node node, Placement placement) {
        Role role = placement.rule(node).role();
        return (role == Role.COMPUTE_FLOAT_OUT || role == Role.RECURRENT) && !placement.isQuantized(node);
    }
}
