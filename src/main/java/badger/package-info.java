/**
 * The entrance of the program: {@link badger.Badger} runs a command and ends with its exit code. All else is in the
 * packages below; docs/ARCHITECTURE.md says which may import which.
 */
package badger;
