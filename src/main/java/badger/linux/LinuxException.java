package badger.linux;

/** A system call failed in a way that the program does not expect: a defect, or a machine without resources. */
public final class LinuxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * @param call the man-page name of the system call
     * @param errno positive
     * @param arguments the ones worth reading, such as {@code fd=7, count=64}
     */
    public LinuxException(String call, int errno, String arguments) {
        super(call + ": " + Errno.describe(errno) + ", " + arguments);
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }

    /** Returns {@code result}. @throws LinuxException if it is {@code -errno} */
    public static int check(String call, int result, String arguments) {
        if (result < 0) {
            throw new LinuxException(call, -result, arguments);
        }
        return result;
    }
}
