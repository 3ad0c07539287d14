package dev.octet.engine.torch.program;

/** A whole number in a program: known, or computed under a name. */
public sealed interface Length {

    record Fixed(long value) implements Length {}

    /** The symbolic number of that name, which a call or an input gives. */
    record Named(String name) implements Length {}

    static Length of(long value) {
        return new Fixed(value);
    }

    /** Whether it is the known number {@code value}. */
    default boolean is(long value) {
        return this instanceof Fixed(long own) && own == value;
    }
}
