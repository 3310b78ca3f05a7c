/**
 * Headers, checksums and addresses as they stand on the wire: IPv4, IPv6, TCP, UDP, ICMP and DTLS, and Badger's own
 * path messages and relay frames.
 *
 * <p>A header is a class of static accessors over {@code (segment, at)}; an address or prefix is an immutable value.
 * Any thread may call everything here. The memory is always the caller's, and no accessor allocates.
 */
package badger.wire;
