/*
 * What jextract reads for the kernel and the C library. symbols-linux.txt names what is taken from it.
 *
 * jextract cannot evaluate a macro that expands to a cast or to a function-like macro, as ioctl numbers do, so
 * such constants become enumerators here. A number above INT_MAX becomes a negative one by the cast: ioctl takes
 * its request by the low 32 bits.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/virtio_net.h>

enum {
    BADGER_TUNSETIFF = (int) TUNSETIFF,
    BADGER_TUNSETOFFLOAD = (int) TUNSETOFFLOAD,
    BADGER_EPOLLIN = EPOLLIN,
    BADGER_EPOLLERR = EPOLLERR,
    BADGER_EPOLLHUP = EPOLLHUP,
    BADGER_EPOLLONESHOT = EPOLLONESHOT
};
