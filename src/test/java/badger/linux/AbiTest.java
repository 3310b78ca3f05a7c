package badger.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import badger.bindings.linux.cmsghdr;
import badger.bindings.linux.epoll_event;
import badger.bindings.linux.ifaddrmsg;
import badger.bindings.linux.ifinfomsg;
import badger.bindings.linux.ifreq;
import badger.bindings.linux.in6_addr;
import badger.bindings.linux.in_addr;
import badger.bindings.linux.iovec;
import badger.bindings.linux.linux_h;
import badger.bindings.linux.msghdr;
import badger.bindings.linux.nlattr;
import badger.bindings.linux.nlmsghdr;
import badger.bindings.linux.pollfd;
import badger.bindings.linux.sockaddr;
import badger.bindings.linux.sockaddr_in;
import badger.bindings.linux.sockaddr_in6;
import badger.bindings.linux.sockaddr_nl;
import badger.bindings.linux.virtio_net_hdr;
import badger.testing.NeedsTools;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the layouts and constants that jextract wrote with what the C compiler of this machine says. */
@NeedsTools("cc")
final class AbiTest {
    @TempDir
    private Path folder;

    @Test
    void structsHaveTheSizesAndOffsetsOfTheCompiler() throws Exception {
        Map<String, Long> expected = layouts();
        StringBuilder program = new StringBuilder();
        for (String question : expected.keySet()) {
            program.append("    printf(\"%ld\\n\", (long) ").append(question).append(");\n");
        }
        assertEquals(expected, answers(List.copyOf(expected.keySet()), program.toString()));
    }

    @Test
    void constantsHaveTheValuesOfTheCompiler() throws Exception {
        Map<String, Long> expected = new TreeMap<>();
        StringBuilder program = new StringBuilder();
        for (Method method : linux_h.class.getDeclaredMethods()) {
            boolean isConstant = Modifier.isPublic(method.getModifiers())
                    && method.getParameterCount() == 0
                    && method.getReturnType() == int.class
                    && method.getName().matches("[A-Z][A-Z0-9_]+");
            if (isConstant) {
                String name = method.getName().replaceFirst("^BADGER_", "");
                expected.put(name, (long) (int) method.invoke(null));
            }
        }
        assertEquals(symbols("constant"), expected.size());
        for (String name : expected.keySet()) {
            program.append("    printf(\"%ld\\n\", (long) (int) ").append(name).append(");\n");
        }
        assertEquals(expected, answers(List.copyOf(expected.keySet()), program.toString()));
    }

    private static Map<String, Long> layouts() {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("sizeof(struct epoll_event)", EpollEvents.EVENT_BYTES);
        all.put("offsetof(struct epoll_event, events)", epoll_event.events$offset());
        all.put("offsetof(struct epoll_event, data)", EpollEvents.DATA_OFFSET);
        all.put("sizeof(struct ifreq)", ifreq.sizeof());
        all.put("offsetof(struct ifreq, ifr_name)", ifreq.ifr_ifrn$offset());
        all.put(
                "sizeof(((struct ifreq *) 0)->ifr_name)",
                ifreq.ifr_ifrn.ifrn_name$layout().byteSize());
        all.put("offsetof(struct ifreq, ifr_flags)", ifreq.ifr_ifru$offset() + ifreq.ifr_ifru.ifru_flags$offset());
        all.put("offsetof(struct ifreq, ifr_mtu)", ifreq.ifr_ifru$offset() + ifreq.ifr_ifru.ifru_mtu$offset());
        all.put("offsetof(struct ifreq, ifr_ifindex)", ifreq.ifr_ifru$offset() + ifreq.ifr_ifru.ifru_ivalue$offset());
        all.put("offsetof(struct ifreq, ifr_addr)", ifreq.ifr_ifru$offset() + ifreq.ifr_ifru.ifru_addr$offset());
        all.put(
                "sizeof(((struct ifreq *) 0)->ifr_flags)",
                ifreq.ifr_ifru.ifru_flags$layout().byteSize());
        all.put("sizeof(struct in_addr)", in_addr.sizeof());
        all.put("sizeof(struct in6_addr)", in6_addr.sizeof());
        all.put("sizeof(struct iovec)", iovec.sizeof());
        all.put("offsetof(struct iovec, iov_base)", iovec.iov_base$offset());
        all.put("offsetof(struct iovec, iov_len)", iovec.iov_len$offset());
        all.put("sizeof(struct msghdr)", msghdr.sizeof());
        all.put("offsetof(struct msghdr, msg_name)", msghdr.msg_name$offset());
        all.put("offsetof(struct msghdr, msg_namelen)", msghdr.msg_namelen$offset());
        all.put("offsetof(struct msghdr, msg_iov)", msghdr.msg_iov$offset());
        all.put("offsetof(struct msghdr, msg_iovlen)", msghdr.msg_iovlen$offset());
        all.put("offsetof(struct msghdr, msg_control)", msghdr.msg_control$offset());
        all.put("offsetof(struct msghdr, msg_controllen)", msghdr.msg_controllen$offset());
        all.put("offsetof(struct msghdr, msg_flags)", msghdr.msg_flags$offset());
        all.put("sizeof(struct cmsghdr)", cmsghdr.sizeof());
        all.put("offsetof(struct cmsghdr, cmsg_len)", cmsghdr.cmsg_len$offset());
        all.put("offsetof(struct cmsghdr, cmsg_level)", cmsghdr.cmsg_level$offset());
        all.put("offsetof(struct cmsghdr, cmsg_type)", cmsghdr.cmsg_type$offset());
        all.put("CMSG_SPACE(2)", ControlMessages.space(2));
        all.put("CMSG_SPACE(4)", ControlMessages.space(4));
        all.put("CMSG_SPACE(8)", ControlMessages.space(8));
        all.put("CMSG_LEN(2)", ControlMessages.length(2));
        all.put("CMSG_LEN(4)", ControlMessages.length(4));
        all.put("sizeof(struct nlmsghdr)", nlmsghdr.sizeof());
        all.put("offsetof(struct nlmsghdr, nlmsg_len)", nlmsghdr.nlmsg_len$offset());
        all.put("offsetof(struct nlmsghdr, nlmsg_type)", nlmsghdr.nlmsg_type$offset());
        all.put("offsetof(struct nlmsghdr, nlmsg_flags)", nlmsghdr.nlmsg_flags$offset());
        all.put("sizeof(struct ifinfomsg)", ifinfomsg.sizeof());
        all.put("sizeof(struct ifaddrmsg)", ifaddrmsg.sizeof());
        all.put("offsetof(struct ifaddrmsg, ifa_family)", ifaddrmsg.ifa_family$offset());
        all.put("offsetof(struct ifaddrmsg, ifa_prefixlen)", ifaddrmsg.ifa_prefixlen$offset());
        all.put("offsetof(struct ifaddrmsg, ifa_flags)", ifaddrmsg.ifa_flags$offset());
        all.put("offsetof(struct ifaddrmsg, ifa_index)", ifaddrmsg.ifa_index$offset());
        all.put("sizeof(struct nlattr)", nlattr.sizeof());
        all.put("offsetof(struct nlattr, nla_len)", nlattr.nla_len$offset());
        all.put("offsetof(struct nlattr, nla_type)", nlattr.nla_type$offset());
        all.put("sizeof(struct pollfd)", pollfd.sizeof());
        all.put("offsetof(struct pollfd, fd)", pollfd.fd$offset());
        all.put("offsetof(struct pollfd, events)", pollfd.events$offset());
        all.put("offsetof(struct pollfd, revents)", pollfd.revents$offset());
        all.put("sizeof(struct sockaddr)", sockaddr.sizeof());
        all.put("offsetof(struct sockaddr, sa_family)", sockaddr.sa_family$offset());
        all.put("sizeof(struct sockaddr_in)", sockaddr_in.sizeof());
        all.put("offsetof(struct sockaddr_in, sin_family)", sockaddr_in.sin_family$offset());
        all.put("offsetof(struct sockaddr_in, sin_port)", sockaddr_in.sin_port$offset());
        all.put("offsetof(struct sockaddr_in, sin_addr)", sockaddr_in.sin_addr$offset());
        all.put("sizeof(struct sockaddr_nl)", sockaddr_nl.sizeof());
        all.put("offsetof(struct sockaddr_nl, nl_family)", sockaddr_nl.nl_family$offset());
        all.put("offsetof(struct sockaddr_nl, nl_groups)", sockaddr_nl.nl_groups$offset());
        all.put("sizeof(struct sockaddr_in6)", sockaddr_in6.sizeof());
        all.put("offsetof(struct sockaddr_in6, sin6_family)", sockaddr_in6.sin6_family$offset());
        all.put("offsetof(struct sockaddr_in6, sin6_port)", sockaddr_in6.sin6_port$offset());
        all.put("offsetof(struct sockaddr_in6, sin6_flowinfo)", sockaddr_in6.sin6_flowinfo$offset());
        all.put("offsetof(struct sockaddr_in6, sin6_addr)", sockaddr_in6.sin6_addr$offset());
        all.put("offsetof(struct sockaddr_in6, sin6_scope_id)", sockaddr_in6.sin6_scope_id$offset());
        all.put("sizeof(struct virtio_net_hdr)", virtio_net_hdr.sizeof());
        all.put("offsetof(struct virtio_net_hdr, flags)", virtio_net_hdr.flags$offset());
        all.put("offsetof(struct virtio_net_hdr, gso_type)", virtio_net_hdr.gso_type$offset());
        all.put("offsetof(struct virtio_net_hdr, hdr_len)", virtio_net_hdr.hdr_len$offset());
        all.put("offsetof(struct virtio_net_hdr, gso_size)", virtio_net_hdr.gso_size$offset());
        all.put("offsetof(struct virtio_net_hdr, csum_start)", virtio_net_hdr.csum_start$offset());
        all.put("offsetof(struct virtio_net_hdr, csum_offset)", virtio_net_hdr.csum_offset$offset());
        return all;
    }

    /** How many symbols of a kind native-headers/symbols-linux.txt names. */
    private static int symbols(String kind) throws IOException {
        return (int) Files.readAllLines(Path.of("native-headers/symbols-linux.txt")).stream()
                .filter(line -> line.startsWith("--include-" + kind + " "))
                .count();
    }

    private Map<String, Long> answers(List<String> questions, String statements) throws Exception {
        String headers = Files.readAllLines(Path.of("native-headers/linux.h")).stream()
                .filter(line -> line.startsWith("#include"))
                .reduce("", (text, line) -> text + line + "\n");
        Path source = folder.resolve("abi.c");
        Path binary = folder.resolve("abi");
        Files.writeString(
                source,
                headers + "#include <stddef.h>\n#include <stdio.h>\n\nint main(void) {\n" + statements
                        + "    return 0;\n}\n");
        String complaints = run("cc", source.toString(), "-o", binary.toString());
        assertEquals("", complaints);
        List<String> lines = run(binary.toString()).lines().toList();
        assertEquals(questions.size(), lines.size());
        Map<String, Long> answers = new TreeMap<>();
        for (int i = 0; i < lines.size(); i++) {
            answers.put(questions.get(i), Long.valueOf(lines.get(i)));
        }
        return answers;
    }

    private static String run(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return fail("This test needs a C compiler as cc on PATH (Debian: apt-get install gcc libc6-dev): " + e);
        }
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(1, TimeUnit.MINUTES);
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
