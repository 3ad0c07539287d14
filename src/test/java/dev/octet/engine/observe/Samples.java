package dev.octet.engine.observe;

import java.nio.FloatBuffer;
import java.util.Random;

/** Seeded values of the shapes that activations come in. */
enum Samples {
    CONSTANT {
        @Override
        float draw(Random random, int i) {
            return 3.25f;
        }
    },
    NEGATIVE_CONSTANT {
        @Override
        float draw(Random random, int i) {
            return -0.7f;
        }
    },
    ZEROS {
        @Override
        float draw(Random random, int i) {
            return i % 2 == 0 ? 0f : -0f;
        }
    },
    UNIFORM {
        @Override
        float draw(Random random, int i) {
            return random.nextFloat() * 8 - 3;
        }
    },
    FAR_FROM_ZERO {
        @Override
        float draw(Random random, int i) {
            return 5 + random.nextFloat();
        }
    },
    GAUSSIAN {
        @Override
        float draw(Random random, int i) {
            return (float) random.nextGaussian();
        }
    },
    LAPLACE {
        @Override
        float draw(Random random, int i) {
            double magnitude = -Math.log(1 - random.nextDouble());
            return (float) (random.nextBoolean() ? magnitude : -magnitude);
        }
    },
    RELU_GAUSSIAN {
        @Override
        float draw(Random random, int i) {
            return (float) Math.max(0, random.nextGaussian());
        }
    },
    NEGATED_RELU {
        @Override
        float draw(Random random, int i) {
            return (float) -Math.max(0, random.nextGaussian());
        }
    },
    HARD_SWISH {
        @Override
        float draw(Random random, int i) {
            double x = 3 * random.nextGaussian();
            return (float) (x * Math.max(0, Math.min(6, x + 3)) / 6);
        }
    },
    SATURATED {
        @Override
        float draw(Random random, int i) {
            return (float) Math.max(0, Math.min(0.7, random.nextGaussian()));
        }
    },
    BIMODAL {
        @Override
        float draw(Random random, int i) {
            return (float) ((random.nextBoolean() ? 6 : -2) + 0.1 * random.nextGaussian());
        }
    },
    ONE_OUTLIER {
        @Override
        float draw(Random random, int i) {
            return i == 777 ? 1e6f : (float) random.nextGaussian();
        }
    },
    MASKED {
        @Override
        float draw(Random random, int i) {
            return i % 10 == 0 ? -Float.MAX_VALUE : (float) random.nextGaussian();
        }
    },
    PIXELS {
        @Override
        float draw(Random random, int i) {
            return (random.nextInt(256) / 255f - 0.5f) / 0.25f;
        }
    },
    TINY {
        @Override
        float draw(Random random, int i) {
            return (float) (1e-41 * random.nextGaussian());
        }
    };

    abstract float draw(Random random, int i);

    float[] values(int n, long seed) {
        Random random = new Random(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = draw(random, i);
        }
        return values;
    }

    TensorStatistics observed(int n, long seed) {
        return observe(values(n, seed));
    }

    /** Statistics with a histogram of {@code values}, seen as one sample. */
    static TensorStatistics observe(float... values) {
        TensorStatistics statistics = new TensorStatistics();
        statistics.accept(FloatBuffer.wrap(values));
        return statistics;
    }
}
