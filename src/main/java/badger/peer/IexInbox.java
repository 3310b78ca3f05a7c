package badger.peer;

import java.lang.foreign.MemorySegment;

/** Takes what IEX sends. Called by the main socket's thread; copies what it keeps. */
public interface IexInbox {
    /** A datagram from the port that maps come from. */
    void offer(MemorySegment buffer, long at, int length);

    /** A datagram from another port of IEX's address, which may be the answer to a probe. */
    void offerFromAnotherPort(MemorySegment buffer, long at, int length, int port);
}
