/**
 * Linux for the rest of Badger: system calls, error numbers and structs of the kernel, and the ciphers of OpenSSL and
 * intel-ipsec-mb. It is the only package that links native functions and reads the bindings.
 *
 * <p>System calls return their result or {@code -errno}, under the names of the man pages. The package starts no
 * thread. Most objects belong to one thread at a time, which also owns the arena that they are given;
 * {@link badger.linux.Descriptor} says how several threads share one file descriptor.
 */
package badger.linux;
