package dev.octet.engine.search;

import dev.octet.engine.algorithm.EncodeWeights;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.plan.Exclusions;
import dev.octet.engine.plan.NodeDecision;
import dev.octet.engine.plan.NodeDecision.Choice;
import dev.octet.engine.plan.OperatorRules;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.plan.Role;
import dev.octet.engine.plan.Rule;
import dev.octet.engine.rewrite.InsertDynamicQuantization;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.QuantizationSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Dynamic quantization: constant weights in 8 bits, activation encodings from each input. */
public final class QuantizeDynamically {

    /** Nodes that are told of where none can be quantized. */
    private static final int MOST_REASONS = 100;

    private QuantizeDynamically() {}

    /**
     * The quantized model.
     *
     * @param operators operator types that may be quantized; empty for all
     * @throws EngineException MODEL_UNSUPPORTED where there is no MatMul, Gemm or LSTM with constant weights to quantize
     */
    public static Candidate quantize(Model model, QuantizationSettings settings, Set<String> operators) {
        Graph graph = model.graph();
        OperatorRules rules = new OperatorRules(graph, Uses.of(graph));
        Map<String, Rule> ruled = new LinkedHashMap<>();
        Map<String, NodeDecision> decisions = new LinkedHashMap<>();
        Map<String, Encoding> weights = new LinkedHashMap<>();
        boolean any = false;
        for (Node node : graph.nodes()) {
            Rule rule = rules.rule(node);
            NodeDecision decision = decide(node, rule, settings, operators);
            ruled.put(node.id(), rule);
            decisions.put(node.id(), decision);
            if (decision.isQuantized()) {
                any |= rule.isCompute() || rule.role() == Role.RECURRENT;
                EncodeWeights.of(graph, node, rule, settings, 0)
                        .ifPresent(encoding -> weights.put(node.id(), encoding));
            }
        }
        if (!any) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "No MatMul, Gemm or LSTM with constant weights is left to quantize; choose STATIC for"
                            + " convolutions.",
                    decisions.entrySet().stream()
                            .map(entry -> new EngineException.Detail(
                                    entry.getKey(), entry.getValue().reason()))
                            .limit(MOST_REASONS)
                            .toList());
        }
        QuantizationPlan plan = new QuantizationPlan(new Placement(ruled, decisions), Map.of(), Map.of(), weights);
        return new Candidate(model, InsertDynamicQuantization.perform(model, plan), plan, Map.of(), List.of());
    }

    private static NodeDecision decide(Node node, Rule rule, QuantizationSettings settings, Set<String> operators) {
        if (new Exclusions(settings.exclude()).cover(node)) {
            return new NodeDecision(Choice.FLOAT, "excluded by the request");
        }
        if (!operators.isEmpty() && !operators.contains(node.op())) {
            return new NodeDecision(Choice.FLOAT, "not among the operator types of the request");
        }
        return switch (rule.role()) {
            case COMPUTE_FLOAT_OUT ->
                new NodeDecision(Choice.QUANTIZED, "weights in 8 bits, its input quantized as it comes");
            case RECURRENT ->
                new NodeDecision(Choice.QUANTIZED, "weights in 8 bits, inputs and states quantized as they come");
            case TABLE -> new NodeDecision(Choice.QUANTIZED, "its rows are read in 8 bits, one scale a row");
            case COMPUTE ->
                new NodeDecision(
                        Choice.FLOAT,
                        "a convolution quantized at run time is several times slower than in floating point");
            case CLAMP, ARITHMETIC, MOVEMENT, CONCAT ->
                new NodeDecision(Choice.FLOAT, "has no constant weights; dynamic quantization leaves it alone");
            case FLOAT -> new NodeDecision(Choice.FLOAT, rule.reason());
        };
    }
}
