package badger.peer;

import java.lang.foreign.MemorySegment;

/** Takes what IEX sends. Called by the main socket's thread; copies what it keeps. */
public interface IexInbox {
    /** From the port that maps come from. */
    void offer(MemorySegment buffer, long at, int length);

    /** From another port of IEX's address: perhaps the answer to a probe. */
    void offerFromAnotherPort(MemorySegment buffer, long at, int length, int port);
}
