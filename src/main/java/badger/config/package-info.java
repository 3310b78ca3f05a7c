/**
 * What a user asks for: flags, environment and key file in; validated records out, or one sentence that says what is
 * wrong.
 *
 * <p>All of it runs on the thread that starts a program. Values are immutable; {@link badger.config.PreSharedKey} holds
 * a key, which its owner wipes. {@link badger.config.Logging} sets up the log of the process.
 */
package badger.config;
