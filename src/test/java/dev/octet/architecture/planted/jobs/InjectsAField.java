package dev.octet.architecture.planted.jobs;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;

/** Dependencies must come by the constructor. */
public class InjectsAField {
    @Autowired(required = false)
    @Nullable
    Runnable injected;
}
