package badger.datapath;

import java.lang.foreign.MemorySegment;

/** Takes what IEX sends. Called by the main socket's thread; copies what it keeps. */
public interface IexInbox {
    void offer(MemorySegment buffer, long at, int length);
}
