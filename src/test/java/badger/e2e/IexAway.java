package badger.e2e;

import java.nio.file.Path;
import java.time.Duration;

/** Three nodes whose only IEX server is killed: two go on talking, one starts anew with the map it kept. */
final class IexAway {
    private static final String IEX = "203.0.113.1";
    private static final String LOWER = "10.0.0.10";
    private static final String UPPER = "10.0.0.20";
    private static final String THIRD = "10.0.0.30";
    private static final Duration CONNECT = Duration.ofSeconds(20);

    /**
     * What came of it.
     *
     * @param sent pings of those two, from before the server's end until after its return
     * @param backByMap how long the third one took, without any server, to its first ping
     * @param newNode how long a node took that nobody knew, when the server was back
     */
    record Result(int sent, int lost, Duration backByMap, Duration newNode) {}

    private IexAway() {}

    static Result run(Path folder, Duration away) {
        try (Lab lab = new Lab()) {
            NetworkNamespace server = lab.publicHost("iex", IEX);
            IexProcess iex = lab.startIex(server).awaitListening();
            NodeProcess lower =
                    lab.startNode(lab.home(1, RouterClass.EASY), LOWER).awaitUp();
            lab.startNode(lab.home(2, RouterClass.EASY), UPPER).awaitUp();
            NetworkNamespace thirdHost = lab.home(3, RouterClass.EASY);
            String map = folder.resolve("third.map").toString();
            NodeProcess third = startKeeping(lab, thirdHost, map).awaitUp();
            Ping.awaitFirst(lower.namespace(), UPPER, CONNECT);
            Ping.awaitFirst(thirdHost, LOWER, CONNECT);

            BackgroundProcess ping = Ping.start(lab, lower.namespace(), UPPER);
            iex.process().kill();
            BackgroundProcess.pause(away.minusSeconds(10));
            third.process().kill();
            startKeeping(lab, thirdHost, map);
            Duration back = Ping.awaitFirst(thirdHost, LOWER, CONNECT);
            BackgroundProcess.pause(Duration.ofSeconds(1));

            lab.startIex(server).awaitListening();
            NodeProcess late =
                    lab.startNode(lab.home(4, RouterClass.EASY), "10.0.0.40").awaitUp();
            Duration newNode = Ping.awaitFirst(late.namespace(), LOWER, CONNECT);
            Ping.Statistics statistics = Ping.finish(ping);
            return new Result(statistics.sent(), statistics.lost(), back, newNode);
        }
    }

    /** With a port of its own choice: so its NAT still has the way in that the others know. */
    private static NodeProcess startKeeping(Lab lab, NetworkNamespace host, String map) {
        return lab.startNodeAt(IEX + ":9944", host, THIRD, "--port", "3000", "--map-cache", map);
    }
}
