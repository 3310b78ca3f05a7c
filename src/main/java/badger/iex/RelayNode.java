package badger.iex;

import badger.udp.Endpoint;

/**
 * What {@link RecordRelay} needs to know of a node that wants relayed datagrams and has proven to be at its endpoint.
 *
 * @param token by which it proves that its datagrams come from its endpoint
 * @param bytes the limit of what it may have relayed; for the receiving thread only
 */
record RelayNode(int virtualIp, Endpoint endpoint, long token, RateLimit bytes) {}
