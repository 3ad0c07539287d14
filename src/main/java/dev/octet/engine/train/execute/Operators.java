package dev.octet.engine.train.execute;

import static dev.octet.engine.train.execute.Operator.map;
import static dev.octet.engine.train.execute.Operator.one;
import static java.util.Map.entry;

import dev.octet.engine.graph.Node;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** All operators that can be trained through, each with the function that computes it. */
final class Operators {

    private static final Map<String, Operator> ALL = Map.ofEntries(
            entry("Conv", one(Products::conv)),
            entry("ConvTranspose", one(Products::convTranspose)),
            entry("Gemm", one(Products::gemm)),
            entry("MatMul", one(Products::matMul)),
            // element by element
            entry("Add", Pointwise.pair(Tensor::add)),
            entry("Sub", Pointwise.pair(Tensor::sub)),
            entry("Mul", Pointwise.pair(Tensor::mul)),
            entry("Div", Pointwise.pair(Pointwise::div)),
            entry("Pow", Pointwise.pair(Pointwise::pow)),
            entry("Sum", Pointwise.all(Tensor::add)),
            entry("Max", Pointwise.all(torch::maximum)),
            entry("Min", Pointwise.all(torch::minimum)),
            entry("Relu", map(Tensor::relu)),
            entry("LeakyRelu", one(Pointwise::leakyRelu)),
            entry("PRelu", one(Pointwise::prelu)),
            entry("Elu", one(Pointwise::elu)),
            entry("Clip", one(Pointwise::clip)),
            entry("Sigmoid", map(Tensor::sigmoid)),
            entry("HardSigmoid", one(Pointwise::hardSigmoid)),
            entry("HardSwish", map(torch::hardswish)),
            entry("Tanh", map(Tensor::tanh)),
            entry("Softplus", map(torch::softplus)),
            entry("Gelu", one(Pointwise::gelu)),
            entry("com.microsoft:Gelu", one(Pointwise::gelu)),
            entry("Erf", map(Tensor::erf)),
            entry("Exp", map(Tensor::exp)),
            entry("Log", map(Tensor::log)),
            entry("Sqrt", map(Tensor::sqrt)),
            entry("Reciprocal", map(Tensor::reciprocal)),
            entry("Neg", map(Tensor::neg)),
            entry("Abs", map(Tensor::abs)),
            entry("Sin", map(Tensor::sin)),
            entry("Cos", map(Tensor::cos)),
            entry("Floor", map(Tensor::floor)),
            entry("Ceil", map(Tensor::ceil)),
            entry("Cast", one(Pointwise::cast)),
            entry("Where", one(Pointwise::where)),
            entry("Equal", Pointwise.pair(Tensor::eq)),
            entry("Greater", Pointwise.pair(Tensor::gt)),
            entry("GreaterOrEqual", Pointwise.pair(Tensor::ge)),
            entry("Less", Pointwise.pair(Tensor::lt)),
            entry("LessOrEqual", Pointwise.pair(Tensor::le)),
            entry("Not", map(Tensor::logical_not)),
            entry("And", Pointwise.pair(Tensor::logical_and)),
            entry("Or", Pointwise.pair(Tensor::logical_or)),
            // windows
            entry("MaxPool", one(Pooling::max)),
            entry("AveragePool", one(Pooling::average)),
            entry("GlobalAveragePool", one(Pooling::globalAverage)),
            entry("GlobalMaxPool", one(Pooling::globalMax)),
            entry("Resize", one(Resizing::resize)),
            // along axes
            entry("ReduceMean", Reductions.of(Reductions::mean)),
            entry("ReduceSum", Reductions.of(Reductions::sum)),
            entry("ReduceMax", Reductions.of(Tensor::amax)),
            entry("ReduceMin", Reductions.of(Tensor::amin)),
            entry("ReduceL2", Reductions.of(Reductions::length)),
            entry("ReduceSumSquare", Reductions.of(Reductions::sumOfSquares)),
            entry("ArgMax", one(Reductions::argMax)),
            entry("Softmax", one(Normalizations::softmax)),
            entry("LogSoftmax", one(Normalizations::logSoftmax)),
            entry("LayerNormalization", one(Normalizations::layer)),
            entry("BatchNormalization", one(Normalizations::batch)),
            entry("InstanceNormalization", one(Normalizations::instance)),
            // movement and shapes
            entry("Concat", one(Movement::concat)),
            entry("Split", Movement::split),
            entry("Reshape", one(Movement::reshape)),
            entry("Flatten", one(Movement::flatten)),
            entry("Transpose", one(Movement::transpose)),
            entry("Squeeze", one(Movement::squeeze)),
            entry("Unsqueeze", one(Movement::unsqueeze)),
            entry("Slice", one(Movement::slice)),
            entry("Gather", one(Movement::gather)),
            entry("Expand", one(Movement::expand)),
            entry("Tile", one(Movement::tile)),
            entry("Pad", one(Movement::pad)),
            entry("DepthToSpace", one(Movement::depthToSpace)),
            entry("SpaceToDepth", one(Movement::spaceToDepth)),
            entry("Shape", one(Movement::shape)),
            entry("ConstantOfShape", one(Movement::constantOfShape)),
            entry("Range", one(Movement::range)),
            entry("Identity", one(Movement::identity)),
            entry("Dropout", one(Movement::identity)));

    private Operators() {}

    /** The names of all, with their domain before a colon where it is not ONNX's own. */
    static Set<String> names() {
        return ALL.keySet();
    }

    /** The function of {@code node}; empty where there is none. */
    static Optional<Operator> of(Node node) {
        return Optional.ofNullable(ALL.get(node.domain().isEmpty() ? node.op() : node.domain() + ":" + node.op()));
    }
}
