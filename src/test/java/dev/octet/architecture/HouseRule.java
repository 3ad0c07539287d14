package dev.octet.architecture;

import com.tngtech.archunit.lang.ArchRule;
import java.util.function.Function;

/**
 * One rule of the house, and the planted class that breaks it.
 *
 * @param name what the rule says, in words
 * @param culprit simple name of the class below {@code planted} that the rule must name
 * @param below the rule for the house whose top package is given
 */
record HouseRule(String name, String culprit, Function<String, ArchRule> below) {
    @Override
    public String toString() {
        return name;
    }
}
