package badger.config;

import java.nio.file.Path;
import java.util.List;

/**
 * What stood on the command line, as text and unjudged; null where a flag was not given.
 *
 * @param virtualIps each {@code --vip}; may be empty
 * @param iex each {@code --iex}; may be empty
 * @param psk {@code --psk}
 * @param pskFile {@code --psk-file}
 * @param port {@code --port}
 * @param privateIp {@code --private-ip}
 * @param device {@code --dev}
 * @param mtu {@code --mtu}
 * @param logLevel {@code --log-level}
 * @param offload {@code --offload}
 * @param aead {@code --aead}
 * @param queues {@code --queues}
 * @param control {@code --control}
 * @param mapCache {@code --map-cache}
 * @param keepAlive {@code --keepalive}
 * @param renewal {@code --rekey}
 * @param relay {@code --relay}
 * @param connect {@code --connect}
 * @param isStrictRemoval whether {@code --strict-removal} was there
 */
public record NodeArguments(
        List<String> virtualIps,
        List<String> iex,
        String psk,
        Path pskFile,
        String port,
        String privateIp,
        String device,
        String mtu,
        String logLevel,
        String offload,
        String aead,
        String queues,
        String control,
        String mapCache,
        String keepAlive,
        String renewal,
        String relay,
        String connect,
        boolean isStrictRemoval) {
    @Override
    public String toString() {
        return "NodeArguments[vip=" + virtualIps + ", iex=" + iex + "]";
    }
}
