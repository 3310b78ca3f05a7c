package badger.status;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** One client of a {@link StatusServer}, which sends one line and gets one line. Used by the server's thread. */
final class Conversation {
    /** A longer line is answered as an unknown request. */
    static final int LONGEST_REQUEST_BYTES = 64;

    private final SocketChannel channel;
    private final long deadlineNanos;
    private final ByteBuffer request = ByteBuffer.allocate(LONGEST_REQUEST_BYTES);
    private ByteBuffer answer;

    Conversation(SocketChannel channel, long deadlineNanos) {
        this.channel = channel;
        this.deadlineNanos = deadlineNanos;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /**
     * Reads or writes what is possible now.
     *
     * @param answers gives the answer to a request, which is without its line end; null if it is too long
     * @return whether there is more to do
     */
    boolean proceed(SelectionKey key, UnaryOperator<String> answers) throws IOException {
        if (answer == null) {
            if (channel.read(request) < 0) {
                return false;
            }
            int length = lineLength();
            if (length < 0 && request.hasRemaining()) {
                return true;
            }
            String line = length < 0 ? null : new String(request.array(), 0, length, StandardCharsets.UTF_8).strip();
            answer = StandardCharsets.UTF_8.encode(answers.apply(line) + "\n");
            key.interestOps(SelectionKey.OP_WRITE);
        }
        channel.write(answer);
        return answer.hasRemaining();
    }

    private int lineLength() {
        for (int i = 0; i < request.position(); i++) {
            if (request.get(i) == '\n') {
                return i;
            }
        }
        return -1;
    }
}
