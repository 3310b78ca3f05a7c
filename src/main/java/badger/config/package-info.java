/** What a user asks for: flags and environment in, validated records out, one sentence where something is wrong. */
package badger.config;
