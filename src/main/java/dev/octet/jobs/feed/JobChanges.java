package dev.octet.jobs.feed;

import java.util.UUID;

/** Where changes of jobs are heard of, whichever process made them. */
public interface JobChanges {

    /** Who wants to hear; called on the thread that listens, so it must not wait. */
    interface Listener {
        /** The job is new or has changed. */
        void changed(UUID job);

        /** Changes may have been missed. */
        void missed();

        /** The process begins to stop, before it waits for requests to end. */
        void stopping();
    }

    /** Calls the listener from now on, until what is returned is run. */
    Runnable listen(Listener listener);
}
