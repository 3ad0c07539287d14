package dev.octet.storage;

import dev.octet.platform.DataFolder;
import dev.octet.platform.Ids;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.FixedDelayTask;

/** Wires the storage, its sweep and its health. */
@Configuration(proxyBeanMethods = false)
class StorageConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(StorageConfiguration.class);

    @Bean
    BlobDisk blobDisk(DataFolder folder, StorageProperties properties, BlobLedger ledger) throws IOException {
        BlobDisk disk = new BlobDisk(
                folder.path().resolve(properties.directory()),
                properties.minFree().toBytes());
        disk.claim(ledger.storeId());
        return disk;
    }

    @Bean
    LocalBlobs blobs(BlobDisk disk, BlobLedger ledger, Ids ids, Clock clock) {
        return new LocalBlobs(disk, ledger, ids, clock);
    }

    @Bean
    PartialFiles partialFiles(BlobDisk disk) {
        return new PartialFiles(disk);
    }

    @Bean
    BlobSweep blobSweep(
            BlobDisk disk,
            BlobLedger ledger,
            LocalBlobs blobs,
            Clock clock,
            DataFolder folder,
            StorageProperties properties)
            throws IOException {
        BlobSweep sweep = new BlobSweep(disk, ledger, blobs, clock, folder.folder(Uploads.SCRATCH));
        // Alone in the folder and not yet serving, whatever is unfinished is a dead run's.
        sweep.sweep(folder.isAlone() ? Duration.ZERO : properties.grace());
        return sweep;
    }

    @Bean
    SchedulingConfigurer regularSweep(BlobSweep sweep, StorageProperties properties) {
        return tasks -> tasks.addFixedDelayTask(new FixedDelayTask(
                () -> sweepOrLog(sweep, properties.grace()), properties.sweepEvery(), properties.sweepEvery()));
    }

    private static void sweepOrLog(BlobSweep sweep, Duration grace) {
        try {
            sweep.sweep(grace);
        } catch (IOException | RuntimeException e) {
            LOG.warn("the storage was not swept; the next sweep tries again", e);
        }
    }

    @Bean
    MeterBinder storageRoom(BlobDisk disk) {
        return registry -> Gauge.builder("octet.storage.room", disk, BlobDisk::room)
                .description("Bytes that uploads may still take")
                .baseUnit("bytes")
                .register(registry);
    }

    @Bean
    HealthIndicator storageHealthIndicator(BlobDisk disk) {
        return () -> {
            Health.Builder health = disk.isWritable() && disk.room() > 0 ? Health.up() : Health.down();
            return health.withDetail("writable", disk.isWritable())
                    .withDetail("roomBytes", disk.room())
                    .build();
        };
    }
}
