/**
 * The flags and commands of {@code badger}, as picocli has them: a command line in, an exit code out. All of it runs on
 * the main thread, except {@link badger.cli.Shutdown}, which has a thread of its own.
 *
 * <p>The start of a node:
 *
 * <ol>
 *   <li>{@link badger.cli.NodeOptions} takes the flags as text.
 *   <li>{@link badger.config.NodeConfig} judges them; the first mistake is one sentence for the user.
 *   <li>{@link badger.cli.NodeCommand} resolves the IEX server, opens the TUN and the network, and builds a
 *       {@link badger.node.Node} and its status socket.
 *   <li>The node starts its threads, and the main thread waits.
 *   <li>A signal runs {@code Shutdown}, which closes the node and ends the process with exit code 0.
 * </ol>
 *
 * <p>{@link badger.cli.IexCommand} does the same for the server. {@link badger.cli.CountersCommand} and
 * {@link badger.cli.ExplainCommand} ask a running node at its status socket.
 */
package badger.cli;
