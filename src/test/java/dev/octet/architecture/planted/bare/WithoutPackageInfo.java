package dev.octet.architecture.planted.bare;

/** A package must have a package-info. */
public record WithoutPackageInfo() {}
