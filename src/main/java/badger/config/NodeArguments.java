package badger.config;

import java.nio.file.Path;
import java.util.List;

/**
 * What stood on the command line, as text and unjudged: each method takes one flag, and null means that it was not
 * given. {@link NodeConfig#of} judges it. Used by one thread.
 */
public final class NodeArguments {
    List<String> virtualIps = List.of();
    List<String> iex = List.of();
    String psk;
    Path pskFile;
    String port;
    String privateIp;
    String device;
    String mtu;
    String logLevel;
    String offload;
    String aead;
    String queues;
    String control;
    String mapCache;
    String keepAlive;
    String renewal;
    String relay;
    String connect;
    boolean isStrictRemoval;

    /** {@code --vip}, as often as it was given. */
    public NodeArguments virtualIps(List<String> texts) {
        virtualIps = List.copyOf(texts);
        return this;
    }

    /** {@code --iex}, as often as it was given. */
    public NodeArguments iex(List<String> texts) {
        iex = List.copyOf(texts);
        return this;
    }

    /** {@code --psk}. */
    public NodeArguments psk(String text) {
        psk = text;
        return this;
    }

    /** {@code --psk-file}. */
    public NodeArguments pskFile(Path file) {
        pskFile = file;
        return this;
    }

    /** {@code --port}. */
    public NodeArguments port(String text) {
        port = text;
        return this;
    }

    /** {@code --private-ip}. */
    public NodeArguments privateIp(String text) {
        privateIp = text;
        return this;
    }

    /** {@code --dev}. */
    public NodeArguments device(String text) {
        device = text;
        return this;
    }

    /** {@code --mtu}. */
    public NodeArguments mtu(String text) {
        mtu = text;
        return this;
    }

    /** {@code --log-level}. */
    public NodeArguments logLevel(String text) {
        logLevel = text;
        return this;
    }

    /** {@code --offload}. */
    public NodeArguments offload(String text) {
        offload = text;
        return this;
    }

    /** {@code --aead}. */
    public NodeArguments aead(String text) {
        aead = text;
        return this;
    }

    /** {@code --queues}. */
    public NodeArguments queues(String text) {
        queues = text;
        return this;
    }

    /** {@code --control}. */
    public NodeArguments control(String text) {
        control = text;
        return this;
    }

    /** {@code --map-cache}. */
    public NodeArguments mapCache(String text) {
        mapCache = text;
        return this;
    }

    /** {@code --keepalive}. */
    public NodeArguments keepAlive(String text) {
        keepAlive = text;
        return this;
    }

    /** {@code --rekey}. */
    public NodeArguments renewal(String text) {
        renewal = text;
        return this;
    }

    /** {@code --relay}. */
    public NodeArguments relay(String text) {
        relay = text;
        return this;
    }

    /** {@code --connect}. */
    public NodeArguments connect(String text) {
        connect = text;
        return this;
    }

    /** {@code --strict-removal}. */
    public NodeArguments strictRemoval(boolean isGiven) {
        isStrictRemoval = isGiven;
        return this;
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "NodeArguments[vip=" + virtualIps + ", iex=" + iex + "]";
    }
}
