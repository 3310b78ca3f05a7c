package badger.config;

import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** The log: one line for each event, {@code HH:MM:SS.mmm LEVEL message}. Programs log by {@link System.Logger}. */
public final class Logging {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private Logging() {}

    /** Makes all messages of at least that level go to that stream, and nowhere else. */
    public static void configure(Level level, PrintStream to) {
        java.util.logging.Level threshold = toJavaUtil(level);
        Logger root = Logger.getLogger("");
        for (Handler earlier : root.getHandlers()) {
            root.removeHandler(earlier);
        }
        LineHandler handler = new LineHandler(to);
        handler.setLevel(threshold);
        root.addHandler(handler);
        root.setLevel(java.util.logging.Level.WARNING);
        BADGER.setLevel(threshold);
    }

    // Held here, because the log manager holds loggers weakly and would forget the level.
    private static final Logger BADGER = Logger.getLogger("badger");

    /** Reads {@code --log-level}; null means info. */
    public static Level level(String text) throws ConfigException {
        return switch (text == null ? "info" : text.toLowerCase(Locale.ROOT)) {
            case "error" -> Level.ERROR;
            case "warning" -> Level.WARNING;
            case "info" -> Level.INFO;
            case "debug" -> Level.DEBUG;
            case "trace" -> Level.TRACE;
            default ->
                throw new ConfigException(
                        "--log-level " + Printable.text(text) + " is none: give error, warning, info, debug or trace");
        };
    }

    private static java.util.logging.Level toJavaUtil(Level level) {
        return switch (level) {
            case ALL, TRACE -> java.util.logging.Level.FINER;
            case DEBUG -> java.util.logging.Level.FINE;
            case INFO -> java.util.logging.Level.INFO;
            case WARNING -> java.util.logging.Level.WARNING;
            case ERROR -> java.util.logging.Level.SEVERE;
            case OFF -> java.util.logging.Level.OFF;
        };
    }

    /** Writes each record at once, as one line. */
    private static final class LineHandler extends Handler {
        private final PrintStream to;

        LineHandler(PrintStream to) {
            this.to = to;
            setFormatter(new SimpleFormatter());
        }

        @Override
        public void publish(LogRecord record) {
            if (isLoggable(record)) {
                to.println(line(record));
            }
        }

        @Override
        public void flush() {
            to.flush();
        }

        @Override
        public void close() {
            to.flush();
        }

        private String line(LogRecord record) {
            String time = TIME.format(Instant.ofEpochMilli(record.getMillis()).atZone(ZoneId.systemDefault()));
            String message = getFormatter().formatMessage(record);
            // Users get no stack traces. The line says what failed.
            String thrown = record.getThrown() == null ? "" : ": " + record.getThrown();
            return time + " " + name(record.getLevel()) + " " + Printable.text(message + thrown);
        }

        private static String name(java.util.logging.Level level) {
            if (level.intValue() >= java.util.logging.Level.SEVERE.intValue()) {
                return "ERROR";
            }
            if (level.intValue() >= java.util.logging.Level.WARNING.intValue()) {
                return "WARNING";
            }
            if (level.intValue() >= java.util.logging.Level.INFO.intValue()) {
                return "INFO";
            }
            return level.intValue() >= java.util.logging.Level.FINE.intValue() ? "DEBUG" : "TRACE";
        }
    }
}
