// A node built to the letter of the paper, on the stack the paper names: what Badger must get along with.
//
//	literal_node 10.0.0.10 127.0.0.1 127.0.0.1:9944 KEY leader-dials|leader-listens [DEVICE]
//
// The arguments are its virtual address, its private address, the IEX server, the pre-shared key, and which of the two
// readings of the paper it follows: the node with the larger virtual address "leads" as DTLS client, or as DTLS server
// that says hello while the other one dials a second later.
//
// It sends from its private address. With a DEVICE it makes a TUN of that name, without any offload; who starts it gives
// the device its address. Without one, standard input and output are its TUN: packets in hexadecimal, one in a line. A
// record that holds no whole IPv4 packet ends it, as it would end the paper's program: the TUN refuses to take it. So
// does an error other than the end of a connection; the paper's program would only log it.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"github.com/pion/dtls/v2"
)

// NodeInfo and NetworkMap stand in the paper.
type NodeInfo struct {
	LastSeen  time.Time `json:"-"`
	PublicIP  netip.AddrPort
	PrivateIP netip.AddrPort
	VirtualIP netip.Addr
}

type NetworkMap struct {
	Nodes   []*NodeInfo
	MyIndex int
}

type heartbeat struct {
	VirtualIP string
	PrivateIP string
}

// flow is the part of the one UDP port that belongs to one other node. A pipe hands datagrams over one by one, knows
// deadlines, and so makes a net.Conn that pion can use.
type flow struct {
	outer   net.Conn
	inner   net.Conn
	arrived chan []byte
}

// node holds the paper's NodeConnectionPool.
type node struct {
	socket        *net.UDPConn
	iex           netip.AddrPort
	virtualIP     netip.Addr
	key           []byte
	leaderListens bool
	tun           *os.File

	mutex       sync.Mutex
	byVirtualIP map[netip.Addr]*dtls.Conn
	byPublicIP  map[netip.AddrPort]*flow
	pending     map[netip.Addr]bool
}

func check(err error) {
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

func main() {
	// Whatever happens, the test's child does not outlive it by long.
	time.AfterFunc(120*time.Second, func() { os.Exit(2) })
	virtualIP, err := netip.ParseAddr(os.Args[1])
	check(err)
	iex, err := netip.ParseAddrPort(os.Args[3])
	check(err)
	socket, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(os.Args[2])})
	check(err)
	own := &node{
		socket:        socket,
		iex:           iex,
		virtualIP:     virtualIP,
		key:           []byte(os.Args[4]),
		leaderListens: os.Args[5] == "leader-listens",
		byVirtualIP:   map[netip.Addr]*dtls.Conn{},
		byPublicIP:    map[netip.AddrPort]*flow{},
		pending:       map[netip.Addr]bool{},
	}
	go own.beat(heartbeat{VirtualIP: os.Args[1], PrivateIP: os.Args[2]})
	if len(os.Args) > 6 {
		own.tun = openTun(os.Args[6])
		go own.readDevice()
	} else {
		go own.readTun()
	}
	own.readSocket()
}

func (own *node) beat(message heartbeat) {
	text, err := json.Marshal(message)
	check(err)
	for {
		_, err = own.socket.WriteToUDPAddrPort(text, own.iex)
		check(err)
		time.Sleep(5 * time.Second)
	}
}

func (own *node) readSocket() {
	buffer := make([]byte, 65535)
	for {
		length, source, err := own.socket.ReadFromUDPAddrPort(buffer)
		check(err)
		source = netip.AddrPortFrom(source.Addr().Unmap(), source.Port())
		datagram := append([]byte{}, buffer[:length]...)
		if source == own.iex {
			var network NetworkMap
			check(json.Unmarshal(datagram, &network))
			own.apply(network)
			continue
		}
		own.mutex.Lock()
		found := own.byPublicIP[source]
		own.mutex.Unlock()
		if found != nil {
			if length == 0 || buffer[0] < 20 || buffer[0] > 63 {
				fmt.Println("no record:", length, "bytes")
			}
			select {
			case found.arrived <- datagram:
			default:
			}
		}
	}
}

func (own *node) apply(network NetworkMap) {
	for index, info := range network.Nodes {
		if index == network.MyIndex {
			continue
		}
		own.mutex.Lock()
		isKnown := own.pending[info.VirtualIP] || own.byVirtualIP[info.VirtualIP] != nil
		if !isKnown {
			own.pending[info.VirtualIP] = true
			go own.open(info)
		}
		own.mutex.Unlock()
	}
}

func (own *node) open(info *NodeInfo) {
	defer func() {
		own.mutex.Lock()
		delete(own.pending, info.VirtualIP)
		own.mutex.Unlock()
	}()
	config := &dtls.Config{
		PSK:                  func([]byte) ([]byte, error) { return own.key, nil },
		PSKIdentityHint:      []byte("literal node"),
		CipherSuites:         []dtls.CipherSuiteID{dtls.TLS_PSK_WITH_AES_128_GCM_SHA256},
		ExtendedMasterSecret: dtls.RequireExtendedMasterSecret,
	}
	isLeader := own.virtualIP.Compare(info.VirtualIP) > 0
	var connection *dtls.Conn
	var err error
	if isLeader != own.leaderListens {
		if own.leaderListens {
			time.Sleep(time.Second)
		}
		connection, err = dtls.Client(own.flowTo(info.PublicIP).inner, config)
	} else {
		conn := own.flowTo(info.PublicIP).inner
		_, err = own.socket.WriteToUDPAddrPort([]byte("hello"), info.PublicIP)
		check(err)
		connection, err = dtls.Server(conn, config)
	}
	if err != nil {
		fmt.Println("not connected:", info.VirtualIP, err)
		own.forget(info)
		return
	}
	own.mutex.Lock()
	own.byVirtualIP[info.VirtualIP] = connection
	own.mutex.Unlock()
	fmt.Println("connected:", info.VirtualIP)
	own.receive(info, connection)
}

func (own *node) flowTo(remote netip.AddrPort) *flow {
	inner, outer := net.Pipe()
	made := &flow{outer: outer, inner: inner, arrived: make(chan []byte, 256)}
	own.mutex.Lock()
	own.byPublicIP[remote] = made
	own.mutex.Unlock()
	go func() {
		for datagram := range made.arrived {
			if _, err := outer.Write(datagram); err != nil {
				return
			}
		}
	}()
	go func() {
		buffer := make([]byte, 65535)
		for {
			length, err := outer.Read(buffer)
			if err != nil {
				return
			}
			_, err = own.socket.WriteToUDPAddrPort(buffer[:length], remote)
			check(err)
		}
	}()
	return made
}

func (own *node) forget(info *NodeInfo) {
	own.mutex.Lock()
	defer own.mutex.Unlock()
	delete(own.byVirtualIP, info.VirtualIP)
	if old := own.byPublicIP[info.PublicIP]; old != nil {
		old.outer.Close()
		delete(own.byPublicIP, info.PublicIP)
	}
}

// receive writes what comes to the TUN, unchecked, as the paper does; the checks are the kernel's.
func (own *node) receive(info *NodeInfo, connection *dtls.Conn) {
	packet := make([]byte, 65535)
	for {
		length, err := connection.Read(packet)
		if err == io.EOF {
			fmt.Println("ended:", info.VirtualIP)
			own.forget(info)
			return
		}
		check(err)
		isIPv4 := length >= 20 && packet[0]>>4 == 4 && int(packet[2])<<8|int(packet[3]) == length
		if !isIPv4 {
			fmt.Printf("error: the TUN refuses %d bytes: %x\n", length, packet[:length])
			os.Exit(1)
		}
		if own.tun == nil {
			fmt.Printf("packet: %x\n", packet[:length])
			continue
		}
		_, err = own.tun.Write(packet[:length])
		check(err)
	}
}

func (own *node) readTun() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		packet, err := hex.DecodeString(lines.Text())
		check(err)
		own.send(packet)
	}
}

// readDevice sends each packet of the TUN to whom it is for.
func (own *node) readDevice() {
	packet := make([]byte, 65535)
	for {
		length, err := own.tun.Read(packet)
		check(err)
		if packet[0]>>4 == 4 {
			own.send(packet[:length])
		}
	}
}

func (own *node) send(packet []byte) {
	destination, _ := netip.AddrFromSlice(packet[16:20])
	own.mutex.Lock()
	connection := own.byVirtualIP[destination]
	own.mutex.Unlock()
	if connection == nil {
		fmt.Println("dropped: no connection to", destination)
		return
	}
	_, err := connection.Write(packet)
	check(err)
}

// openTun makes a TUN as the paper's library does: IP packets and nothing else (IFF_TUN, IFF_NO_PI).
func openTun(name string) *os.File {
	descriptor, err := syscall.Open("/dev/net/tun", syscall.O_RDWR|syscall.O_NONBLOCK, 0)
	check(err)
	var request [40]byte
	copy(request[:15], name)
	request[16], request[17] = 0x01, 0x10
	_, _, code := syscall.Syscall(
		syscall.SYS_IOCTL, uintptr(descriptor), 0x400454ca, uintptr(unsafe.Pointer(&request[0])))
	if code != 0 {
		check(code)
	}
	return os.NewFile(uintptr(descriptor), "/dev/net/tun")
}
