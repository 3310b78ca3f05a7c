/**
 * How loops run: which platform threads carry the virtual ones, and what happens to a loop that fails. No thread is
 * started here; each class says which thread uses it.
 */
package badger.thread;
