package badger.iex;

import badger.udp.Endpoint;

/**
 * What {@link RecordRelay} needs to know of a node that wants relayed datagrams, and has proven to be at its endpoint.
 *
 * @param token what it proves by that its datagrams come from its endpoint
 * @param bytes what it may have relayed; of the receiving thread alone
 */
record RelayNode(int virtualIp, Endpoint endpoint, long token, RateLimit bytes) {}
