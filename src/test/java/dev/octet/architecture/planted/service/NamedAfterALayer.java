package dev.octet.architecture.planted.service;

/** A package must be named after the product. */
public record NamedAfterALayer() {}
