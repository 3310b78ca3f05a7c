/**
 * {@code ./run.sh bench}: Badger against the bare cable and every rival installed, in network namespaces, interleaved.
 *
 * <p>{@link badger.bench.Bench} is the command. What is compared lives in {@code src/bench}, one folder per path, as
 * shell and configuration files. The topology comes from {@code src/test/lab/lab.sh}, load and round trips from iperf3
 * and ping.
 */
package badger.bench;
