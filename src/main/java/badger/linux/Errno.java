package badger.linux;

import badger.bindings.linux.linux_h;

/**
 * The error numbers that Badger handles or names (errno(3)). They are positive here; system calls return them negated.
 */
public final class Errno {
    public static final int EACCES = linux_h.EACCES();
    public static final int EADDRINUSE = linux_h.EADDRINUSE();
    public static final int EADDRNOTAVAIL = linux_h.EADDRNOTAVAIL();
    public static final int EAFNOSUPPORT = linux_h.EAFNOSUPPORT();
    public static final int EAGAIN = linux_h.EAGAIN();
    public static final int EBADF = linux_h.EBADF();
    public static final int EBADFD = linux_h.EBADFD();
    public static final int EBUSY = linux_h.EBUSY();
    public static final int ECONNREFUSED = linux_h.ECONNREFUSED();
    public static final int EEXIST = linux_h.EEXIST();
    public static final int EFAULT = linux_h.EFAULT();
    public static final int EHOSTUNREACH = linux_h.EHOSTUNREACH();
    public static final int EINTR = linux_h.EINTR();
    public static final int EINVAL = linux_h.EINVAL();
    public static final int EIO = linux_h.EIO();
    public static final int EMFILE = linux_h.EMFILE();
    public static final int EMSGSIZE = linux_h.EMSGSIZE();
    public static final int ENETDOWN = linux_h.ENETDOWN();
    public static final int ENETUNREACH = linux_h.ENETUNREACH();
    public static final int ENFILE = linux_h.ENFILE();
    public static final int ENOBUFS = linux_h.ENOBUFS();
    public static final int ENODEV = linux_h.ENODEV();
    public static final int ENOENT = linux_h.ENOENT();
    public static final int ENOMEM = linux_h.ENOMEM();
    public static final int ENOTCONN = linux_h.ENOTCONN();
    public static final int ENOTTY = linux_h.ENOTTY();
    public static final int ENXIO = linux_h.ENXIO();
    public static final int EOPNOTSUPP = linux_h.EOPNOTSUPP();
    public static final int EPERM = linux_h.EPERM();

    private Errno() {}

    /** Such as {@code EADDRINUSE (98)}; the number alone if Badger does not know it. */
    public static String describe(int errno) {
        String name = name(errno);
        return name.isEmpty() ? "errno " + errno : name + " (" + errno + ")";
    }

    // No switch, because the numbers come from the bindings and are no constant expressions.
    private static String name(int errno) {
        for (int i = 0; i < NUMBERS.length; i++) {
            if (NUMBERS[i] == errno) {
                return NAMES[i];
            }
        }
        return "";
    }

    private static final int[] NUMBERS = {
        EACCES,
        EADDRINUSE,
        EADDRNOTAVAIL,
        EAFNOSUPPORT,
        EAGAIN,
        EBADF,
        EBADFD,
        EBUSY,
        ECONNREFUSED,
        EEXIST,
        EFAULT,
        EHOSTUNREACH,
        EINTR,
        EINVAL,
        EIO,
        EMFILE,
        EMSGSIZE,
        ENETDOWN,
        ENETUNREACH,
        ENFILE,
        ENOBUFS,
        ENODEV,
        ENOENT,
        ENOMEM,
        ENOTCONN,
        ENOTTY,
        ENXIO,
        EOPNOTSUPP,
        EPERM,
    };
    private static final String[] NAMES = {
        "EACCES",
        "EADDRINUSE",
        "EADDRNOTAVAIL",
        "EAFNOSUPPORT",
        "EAGAIN",
        "EBADF",
        "EBADFD",
        "EBUSY",
        "ECONNREFUSED",
        "EEXIST",
        "EFAULT",
        "EHOSTUNREACH",
        "EINTR",
        "EINVAL",
        "EIO",
        "EMFILE",
        "EMSGSIZE",
        "ENETDOWN",
        "ENETUNREACH",
        "ENFILE",
        "ENOBUFS",
        "ENODEV",
        "ENOENT",
        "ENOMEM",
        "ENOTCONN",
        "ENOTTY",
        "ENXIO",
        "EOPNOTSUPP",
        "EPERM",
    };
}
