/**
 * Time as a value: {@link badger.time.Clock}, by which code that waits or is called without a time gets one, and
 * {@link badger.time.Deadlines}, in which a thread writes down when it has to look at something again. Neither starts a
 * thread; each says who may use it.
 */
package badger.time;
