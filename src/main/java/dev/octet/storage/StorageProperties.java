package dev.octet.storage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where blobs are kept and how carefully.
 *
 * @param directory folder of the blobs, shared by all processes of one service; relative to the data folder
 * @param minFree space that uploads leave free on its disk
 * @param grace how long an upload under way may take from one write to the next before it counts as dead
 * @param sweepEvery how often what nobody refers to is looked for
 */
@ConfigurationProperties("octet.storage")
public record StorageProperties(
        @DefaultValue("blobs") String directory,
        @DefaultValue("256MB") DataSize minFree,
        @DefaultValue("1h") Duration grace,
        @DefaultValue("10m") Duration sweepEvery) {}
